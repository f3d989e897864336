import { createHash } from 'node:crypto';
import { AccessToken } from 'livekit-server-sdk';
import { expect, it } from 'vitest';
import { WebhookError } from './errors.ts';
import { readWebhook } from './read-webhook.ts';

const pair = { key: 'key', secret: 'a-secret-that-is-long-enough' };

/** A webhook as LiveKit signs it. */
async function signed(event: object): Promise<[body: string, authorization: string]> {
  const body = JSON.stringify(event);
  const token = new AccessToken(pair.key, pair.secret);
  token.sha256 = createHash('sha256').update(body).digest('base64');
  return [body, await token.toJwt()];
}

it('reads who did what in which room', async () => {
  const room = { name: 'standup', sid: 'RM_1' };
  const track = { sid: 'TR_1', type: 'VIDEO', source: 'SCREEN_SHARE' };
  const told = {
    event: 'track_published',
    id: 'EV_1',
    createdAt: '1700000000',
    room,
    participant: { sid: 'PA_1', identity: 'ada' },
    track,
  };
  expect(await readWebhook(pair, ...(await signed(told)))).toEqual({
    ...{ id: 'EV_1', event: 'track_published', createdAtMs: 1_700_000_000_000, room: 'standup' },
    participant: { sid: 'PA_1', identity: 'ada', isHidden: false, mayPublish: true, leaveReason: null },
    track: { sid: 'TR_1', kind: 'video', source: 'screen_share' },
  });
  const left = { sid: 'PA_2', identity: 'eve', permission: { canPublish: false }, disconnectReason: 'PARTICIPANT_REMOVED' };
  const gone = await readWebhook(pair, ...(await signed({ event: 'participant_left', id: 'EV_2', room, participant: left })));
  expect(gone).toMatchObject({ participant: { mayPublish: false, leaveReason: 'PARTICIPANT_REMOVED' }, track: null });
});

it('knows recorders, hidden ones and egress', async () => {
  for (const change of [{ permission: { hidden: true } }, { permission: { recorder: true } }, { kind: 'EGRESS' }]) {
    const participant = { sid: 'PA', identity: 'r', ...change };
    const told = await readWebhook(pair, ...(await signed({ event: 'participant_joined', id: 'EV', room: { name: 'r' }, participant })));
    expect([change, told.participant?.isHidden]).toEqual([change, true]);
  }
});

it('refuses what LiveKit did not sign', async () => {
  const [body, authorization] = await signed({ event: 'room_started', id: 'EV', room: { name: 'r' } });
  for (const [text, token, keys] of [
    [`${body} `, authorization, pair],
    [body, undefined, pair],
    [body, authorization, { ...pair, secret: 'another-secret-long-enough' }],
  ] as const)
    await expect(readWebhook(keys, text, token)).rejects.toBeInstanceOf(WebhookError);
});
