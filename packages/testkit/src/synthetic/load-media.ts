import { loadAudioLoop, loadG711Loop, loadVideoLoop } from '../media/index.ts';
import type { LoopFrom } from './synthetic-track.ts';
import { PAYLOAD_TYPES } from './track-header.ts';
import type { SyntheticLog, SyntheticParticipant } from './types.ts';

/** Default length of the encoded loop, s. */
export const DEFAULT_LOOP_S = 30;
export const DEFAULT_FPS = 15;
const MICROPHONE_KBPS = 32;

/** Resolves with the media of a person's camera: one loop, and another for each change of codec or size. */
export async function loadVideo(person: SyntheticParticipant, index: number, log: SyntheticLog): Promise<LoopFrom[]> {
  const { codec = 'vp8', width = 640, height = 360, fps = DEFAULT_FPS, bitrateKbps = 300, temporalLayers } = person.video ?? {};
  const changes = [
    { atS: 0, codec, width, height },
    ...[person.codecChange, person.resolutionChange].filter((change) => change !== undefined).sort((a, b) => a.atS - b.atS),
  ];
  const loops: LoopFrom[] = [];
  let now = { codec, width, height };
  for (const { atS, ...change } of changes) {
    now = { ...now, ...change };
    const layers = temporalLayers === undefined ? {} : { temporalLayers };
    const video = { ...now, ...layers, identity: person.id ?? index, fps, bitrateKbps, durationS: log.loopS ?? DEFAULT_LOOP_S };
    loops.push({ atS, loop: await loadVideoLoop(video), payloadType: PAYLOAD_TYPES[now.codec] });
  }
  return loops;
}

/** Resolves with the media of a person's microphone. */
export async function loadAudio(person: SyntheticParticipant, index: number, log: SyntheticLog): Promise<LoopFrom[]> {
  const { dtx = false, red = true, codec = 'opus' } = person.audio ?? {};
  if (codec !== 'opus') {
    const loop = loadG711Loop(codec, person.id ?? index, log.loopS ?? DEFAULT_LOOP_S);
    return [{ atS: 0, loop, payloadType: PAYLOAD_TYPES[codec] }];
  }
  const audio = { identity: person.id ?? index, durationS: log.loopS ?? DEFAULT_LOOP_S, bitrateKbps: MICROPHONE_KBPS, dtx };
  const loop = await loadAudioLoop(red ? { ...audio, red: { opusPayloadType: PAYLOAD_TYPES.opus } } : audio);
  return [{ atS: 0, loop, payloadType: red ? PAYLOAD_TYPES.red : PAYLOAD_TYPES.opus }];
}
