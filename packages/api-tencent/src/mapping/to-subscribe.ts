import { recordingCodes } from '../parameters/code-style.ts';
import { outOfRange } from '../parameters/read-parameters.ts';
import type { Subscribe } from '../parameters/recording-schemas.ts';

/**
 * Native subscribe rules of SubscribeStreamUserIds and MediaId (0 main and aux, 1 main: camera and microphone, 2 aux: screen share and its sound). A list that is left out or empty means everybody.
 *
 * @throws {TencentError} InvalidParameter.OutOfRange when both lists of a kind are given, or an id holds `*` elsewhere than in a final `.*$`.
 */
export function toSubscribe(ids: Subscribe | undefined, media: number, path: string): object {
  const { SubscribeAudioUserIds, UnSubscribeAudioUserIds, SubscribeVideoUserIds, UnSubscribeVideoUserIds } = ids ?? {};
  return {
    audio: {
      ...rule(SubscribeAudioUserIds, UnSubscribeAudioUserIds, `${path}.SubscribeAudioUserIds`),
      sources: choose(media, 'microphone', 'screen_share_audio'),
    },
    video: {
      ...rule(SubscribeVideoUserIds, UnSubscribeVideoUserIds, `${path}.SubscribeVideoUserIds`),
      sources: choose(media, 'camera', 'screen_share'),
    },
  };
}

function choose(media: number, main: string, aux: string): readonly string[] {
  return media === 1 ? [main] : media === 2 ? [aux] : [main, aux];
}

function rule(allow: readonly string[] = [], deny: readonly string[] = [], path: string): object {
  if (allow.length > 0 && deny.length > 0) throw outOfRange(recordingCodes, path, 'must not be given together with its Un… list');
  return { allow: allow.length === 0 ? ['*'] : allow.map((id) => toPattern(id, path)), deny: deny.map((id) => toPattern(id, path)) };
}

/** `1.*$` is whoever begins with `1`; natively that is `1*`. */
function toPattern(id: string, path: string): string {
  const stem = id.endsWith('.*$') ? id.slice(0, -3) : null;
  if ((stem ?? id).includes('*')) throw outOfRange(recordingCodes, path, 'may have * only in a final .*$');
  return stem === null ? id : `${stem}*`;
}
