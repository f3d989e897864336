import type { VendorCallback } from '@tapedeck/protocol';

/** A callback of the vendor; CallbackTs is the event's time until it is sent. */
export function envelope(
  group: number,
  type: number,
  room: string | number,
  atMs: number,
  own: Readonly<Record<string, unknown>>,
): VendorCallback {
  const times = { EventTs: Math.floor(atMs / 1000), EventMsTs: atMs };
  return {
    eventName: String(type),
    body: { EventGroupId: group, EventType: type, CallbackTs: atMs, EventInfo: { RoomId: room, ...times, ...own } },
  };
}
