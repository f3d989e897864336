import { JoinResponse } from '@livekit/protocol';
import { expect, test } from 'vitest';
import { joinedRoom, wasReplaced } from './joined-room.ts';

const room = (sid: string, nodeId: string) => joinedRoom(new JoinResponse({ room: { sid }, serverInfo: { nodeId } }));

test('another room of the same server process replaced the one before', () => {
  expect(wasReplaced(room('RM_1', 'ND_1'), room('RM_2', 'ND_1'))).toBe(true);
});

test('the first join, the same room, another server process and a server that does not say prove nothing', () => {
  expect(wasReplaced(null, room('RM_1', 'ND_1'))).toBe(false);
  expect(wasReplaced(room('RM_1', 'ND_1'), room('RM_1', 'ND_1'))).toBe(false);
  expect(wasReplaced(room('RM_1', 'ND_1'), room('RM_2', 'ND_2'))).toBe(false);
  expect(wasReplaced(room('RM_1', ''), room('RM_2', ''))).toBe(false);
  expect(wasReplaced(joinedRoom(new JoinResponse({})), room('RM_2', 'ND_1'))).toBe(false);
});
