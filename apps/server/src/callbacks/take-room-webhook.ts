import type { Catalogue } from '@tapedeck/catalogue';
import type { RoomWebhook } from '@tapedeck/livekit';
import type { DialectCallbacks, RoomNotice } from '@tapedeck/protocol';
import type { Logger } from '../log/logger.ts';
import type { CallbacksByDialect } from './dialects.ts';
import { roomNotice } from './room-notice.ts';

/** LiveKit tells the end of somebody's tracks before their leaving, and now and then the beginning before their coming, at most so long. */
const heldMs = 1_000;

/**
 * Queues what a webhook of LiveKit is to the applications that have set an address for callbacks. The same webhook again queues nothing; a catalogue that is away is thrown, so that
 * LiveKit sends it again.
 */
export async function takeRoomWebhook(
  webhook: RoomWebhook,
  {
    catalogue,
    dialects,
    log,
  }: { readonly catalogue: Pick<Catalogue, 'callbacks'>; readonly dialects: CallbacksByDialect; readonly log: Logger },
): Promise<void> {
  const told = roomNotice(webhook, Date.now());
  if (told === null) return;
  for (const target of await catalogue.callbacks.targets()) {
    const dialect = dialects[target.dialect];
    if (dialect === undefined) continue;
    const callbacks = present(dialect, told.notice, target.appId, log);
    /** Whether the application hears of it when somebody comes: else nothing need wait for that. */
    const isJoinTold = (): boolean =>
      present(dialect, { ...told.notice, type: 'joined' }, target.appId, log).some(
        ({ eventName }) => target.events?.includes(eventName) ?? true,
      );
    const isToWait = !told.notice.type.endsWith('-started') || isJoinTold();
    await catalogue.callbacks.addRoomNotice(target, told, callbacks, isToWait ? heldMs : 0);
  }
}

/** A fact that a dialect cannot tell is logged and left out: LiveKit would send it for ever. */
function present(dialect: DialectCallbacks, notice: RoomNotice, appId: string, log: Logger): ReturnType<DialectCallbacks['present']> {
  try {
    return dialect.present({ kind: 'room', notice, appId });
  } catch (error) {
    log.error({ err: error, type: notice.type }, 'a fact about a room could not be put in a vendor’s words');
    return [];
  }
}
