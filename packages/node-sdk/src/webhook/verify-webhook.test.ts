import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { WebhookVerificationError, verifyWebhook } from './verify-webhook.ts';

const secret = `whsec_${Buffer.from('a secret of thirty-two bytes....').toString('base64')}`;
const other = `whsec_${Buffer.from('another one of thirty-two bytes.').toString('base64')}`;
const body = JSON.stringify({ id: 'evt_1', type: 'file.ready', name: '会议' });
const nowMs = 1_800_000_000_000;

/** Signed by the library of the standard, not by us. */
function signed(by: string, atMs = nowMs): Record<string, string> {
  const signature = new Webhook(by).sign('evt_1', new Date(atMs), body);
  return { 'webhook-id': 'evt_1', 'webhook-timestamp': String(Math.floor(atMs / 1000)), 'webhook-signature': signature };
}

function reasonOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof WebhookVerificationError ? error.reason : String(error);
  }
  return 'right';
}

describe('verifyWebhook', () => {
  it('gives the event of a webhook that the standard signs, as text and as bytes, whatever kind of headers', () => {
    const headers = signed(secret);
    const capital = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]));
    for (const given of [headers, capital, new Headers(headers)])
      for (const payload of [body, Buffer.from(body), new TextEncoder().encode(body)])
        expect(verifyWebhook(payload, given, secret, { nowMs })).toMatchObject({ id: 'evt_1', type: 'file.ready', name: '会议' });
  });

  it('takes either secret while one is changed', () => {
    const both = { ...signed(secret) };
    both['webhook-signature'] = `${signed(other)['webhook-signature']} ${both['webhook-signature']}`;
    for (const known of [secret, other, [other, secret]]) expect(verifyWebhook(body, both, known, { nowMs }).id).toBe('evt_1');
    expect(verifyWebhook(body, signed(other), [secret, other], { nowMs }).id).toBe('evt_1');
  });

  it('believes nothing else', () => {
    const headers = signed(secret);
    const verify = (payload: string, changed: Record<string, string | undefined> = {}, known = secret, at = nowMs) =>
      reasonOf(() => verifyWebhook(payload, { ...headers, ...changed }, known, { nowMs: at }));
    expect(verify(body)).toBe('right');
    expect(verify(`${body} `)).toBe('signature');
    expect(verify(body, { 'webhook-id': 'evt_2' })).toBe('signature');
    expect(verify(body, { 'webhook-timestamp': String(nowMs / 1000 + 1) })).toBe('signature');
    expect(verify(body, { 'webhook-signature': headers['webhook-signature']!.replace('v1,', 'v2,') })).toBe('signature');
    expect(verify(body, { 'webhook-signature': 'v1,' })).toBe('signature');
    expect(verify(body, {}, other)).toBe('signature');
    expect(verify(body, { 'webhook-signature': undefined })).toBe('missing-header');
    expect(verify(body, { 'webhook-timestamp': 'NaN' })).toBe('malformed-header');
    expect(verify(body, {}, secret, nowMs + 301_000)).toBe('too-old');
    expect(verify(body, {}, secret, nowMs - 301_000)).toBe('too-new');
    expect(() => verifyWebhook(body, headers, 'nonsense')).toThrow(TypeError);
  });
});
