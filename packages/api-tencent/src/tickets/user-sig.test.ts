import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ticketMaker } from '../../test/signed-calls.ts';
import { checkPrivateMapKey, checkUserSig } from './user-sig.ts';

const maker = ticketMaker(1_400_000_001, 'the key');
const holder = { userId: 'robot_1', sdkAppId: 1_400_000_001, key: 'the key', nowMs: Date.now() };
const pack = (text: string): string =>
  deflateSync(Buffer.from(text)).toString('base64').replaceAll('+', '*').replaceAll('/', '-').replaceAll('=', '_');

describe('a UserSig', () => {
  const ticket = maker.genUserSig('robot_1', 600);

  it('of the official maker is right for its user, application and time alone', () => {
    expect(checkUserSig(ticket, holder)).toBeNull();
    expect(checkUserSig(ticket, { ...holder, userId: 'robot_2' })).toBe('is for another user');
    expect(checkUserSig(ticket, { ...holder, sdkAppId: 1 })).toBe('is for another application');
    expect(checkUserSig(ticket, { ...holder, key: 'another' })).toBe('is not signed with the key of this application');
    expect(checkUserSig(ticket, { ...holder, nowMs: holder.nowMs + 700_000 })).toBe('has expired');
    expect(checkUserSig(ticket, { ...holder, nowMs: holder.nowMs - 400_000 })).toBe('says no usable time');
  });

  it('is no PrivateMapKey, and nothing else is one', () => {
    expect(checkUserSig(maker.genPrivateMapKey('robot_1', 600, 4321, 255), holder)).toBe('is a PrivateMapKey, not a UserSig');
    for (const text of [
      '',
      'eJw1',
      'x'.repeat(3000),
      pack('{'),
      pack('null'),
      pack('{"TLS.ver":"1.0"}'),
      pack(`{"TLS.ver":"2.0","x":"${'y'.repeat(20_000)}"}`),
    ])
      expect(checkUserSig(text, holder)).toBe('is not a UserSig of version 2');
  });
});

describe('a PrivateMapKey', () => {
  it('opens its room, numbered or named, with the rights of a recorder', () => {
    const numbered = maker.genPrivateMapKey('robot_1', 600, 4_000_000_321, 255);
    const named = maker.genPrivateMapKeyWithStringRoomID('robot_1', 600, 'standup', 255);
    expect(checkPrivateMapKey(numbered, holder, { id: '4000000321', isText: false })).toBeNull();
    expect(checkPrivateMapKey(named, holder, { id: 'standup', isText: true })).toBeNull();
    expect(checkPrivateMapKey(numbered, holder, { id: '4000000321', isText: true })).toBe('is for another room');
    expect(checkPrivateMapKey(named, holder, { id: 'other', isText: true })).toBe('is for another room');
    expect(checkPrivateMapKey(named, { ...holder, nowMs: holder.nowMs + 700_000 }, { id: 'standup', isText: true })).toBe('has expired');
    const mute = maker.genPrivateMapKey('robot_1', 600, 1, 2 + 4 + 16);
    expect(checkPrivateMapKey(mute, holder, { id: '1', isText: false })).toBe('does not allow to enter and receive everything');
    expect(checkPrivateMapKey(maker.genUserSig('robot_1', 600), holder, { id: '1', isText: false })).toBe(
      'is a UserSig, not a PrivateMapKey',
    );
  });
});
