import { openLogWriter } from '@tapedeck/rtplog';
import type { LogWriter, SessionEvent, TrackHeader } from '@tapedeck/rtplog';
import { MAX_PACKET_BYTES, writeLoopPacket } from '../media/index.ts';
import type { Weather } from '../network/index.ts';
import { expectPerson } from './expect-person.ts';
import { loadAudio, loadVideo } from './load-media.ts';
import { personEvents, roomEvents, withoutPauses } from './session-events.ts';
import type { TimedEvent } from './session-events.ts';
import { SyntheticTrack } from './synthetic-track.ts';
import type { PendingRecord, SyntheticTrackPlan } from './synthetic-track.ts';
import { syntheticTrackHeader } from './track-header.ts';
import type { SyntheticTrackKind } from './track-header.ts';
import type { ExpectedPerson, SyntheticLog, SyntheticLogResult, SyntheticParticipant } from './types.ts';

/** Arrival clock of recording time 0: as if the node had been up for a while. */
const ORIGIN_US = 4_000_000_000;
const WALL_ORIGIN_MS = 1_790_000_000_000;
/** Default weather: a good line. */
const DEFAULT_DELAY_MS = 20;
/** Packets are gathered and put into order of arrival for so long, s. */
const SLICE_S = 0.5;

interface Person {
  readonly expected: ExpectedPerson;
  readonly tracks: readonly { readonly kind: 'audio' | 'video'; readonly track: SyntheticTrack }[];
  readonly events: readonly TimedEvent[];
}

/**
 * Writes the log of a meeting that never was, through the real log writer, many times faster than real time. Same options, same packets.
 *
 * People send pre-encoded loops (see {@link MediaLoop}); frame n of a person was "taken" at `joinS + n / fps / (1 + drift)` of the recorder's clock, sample n of its sound
 * likewise, and its sender reports say so. Resolves with what a finished file must show.
 *
 * @throws {LogExistsError} RTPLOG_EXISTS when the epoch's folder holds a log already.
 */
export async function writeSyntheticLog(log: SyntheticLog): Promise<SyntheticLogResult> {
  const { dir, durationS, epoch = 1, recordingId = 'rec_synthetic', pauses = [] } = log;
  const epochDir = `${dir}/e${epoch}`;
  const writer = openLogWriter({ dir: epochDir, recordingId, epoch, clockIntervalMs: null });
  const say = (atS: number, event: TimedEvent['event']): void =>
    writer.event({ us: ORIGIN_US + Math.round(atS * 1e6), wall: WALL_ORIGIN_MS + Math.round(atS * 1000), ...event } as SessionEvent);
  say(0, { type: 'started', recordingId, epoch, room: log.room ?? 'synthetic', bootId: 'synthetic-boot', recordingUs: 0 });
  const people: Person[] = [];
  for (const [index, person] of log.participants.entries()) people.push(await openPerson(writer, log, person, index));
  const events = [...people.flatMap((person) => person.events), ...roomEvents(log)].sort((a, b) => a.atS - b.atS);
  await writeSlices(writer, people, events, log, say);
  if (log.seal === false) await writer.close();
  else {
    say(durationS, { type: 'ended', reason: 'stopped' });
    await writer.seal('stopped');
  }
  const tracks = people.flatMap((person) => person.tracks.map(({ track }) => track));
  return {
    epochDir,
    durationMs: withoutPauses(durationS, pauses) * 1000,
    people: people.map(({ expected }) => expected),
    packetsSent: tracks.reduce((sum, { impairment }) => sum + impairment.count.sent, 0),
    packetsLost: tracks.reduce((sum, { impairment }) => sum + impairment.count.lost, 0),
    framesSent: Object.fromEntries(
      people.map(({ expected, tracks: own }) => [expected.identity, own.find(({ kind }) => kind === 'video')?.track.framesSent ?? 0]),
    ),
  };
}

async function openPerson(writer: LogWriter, log: SyntheticLog, person: SyntheticParticipant, index: number): Promise<Person> {
  const { identity, name = identity, joinS = 0, leaveS = log.durationS, video = {}, audio = {} } = person;
  const start = {
    recordingId: log.recordingId ?? 'rec_synthetic',
    epoch: log.epoch ?? 1,
    startUs: ORIGIN_US + joinS * 1e6,
    startWallMs: WALL_ORIGIN_MS + joinS * 1000,
  };
  const tracks: Person['tracks'][number][] = [];
  const headers: TrackHeader[] = [];
  for (const kind of ['audio', 'video'] as const) {
    if ((kind === 'audio' ? audio : video) === null) continue;
    const header = syntheticTrackHeader(trackKind(person, kind), { identity, name, index }, start);
    const loops = kind === 'audio' ? await loadAudio(person, index, log) : await loadVideo(person, index, log);
    headers.push(header);
    tracks.push({ kind, track: new SyntheticTrack({ ...commonPlan(log, person, index, kind), appender: writer.track(header), loops }) });
  }
  const events = personEvents(person, headers, joinS, leaveS, leaveS >= log.durationS);
  return { expected: expectPerson(log, person, index, weatherOf(log, person, index, 0).delayMs ?? 0), tracks, events };
}

function trackKind({ audio, video }: SyntheticParticipant, kind: 'audio' | 'video'): SyntheticTrackKind {
  if (kind === 'video') return { kind, source: video?.source ?? 'camera' };
  return { kind, source: audio?.source ?? 'microphone', isG711: audio?.codec === 'pcmu' || audio?.codec === 'pcma' };
}

function commonPlan(
  log: SyntheticLog,
  person: SyntheticParticipant,
  index: number,
  kind: 'audio' | 'video',
): Omit<SyntheticTrackPlan, 'appender' | 'loops'> {
  const trackIndex = index * 2 + (kind === 'audio' ? 0 : 1);
  return {
    joinS: person.joinS ?? 0,
    leaveS: Math.min(person.leaveS ?? log.durationS, log.durationS),
    mutes: (person.mutes ?? []).filter((mute) => mute.kind === kind),
    driftPpm: person.driftPpm ?? 0,
    hasBlankFrames: kind === 'video' && person.blankFrames === true,
    encodeMs: kind === 'audio' ? 0 : (person.video?.encodeMs ?? 20),
    ssrc: 10_000 + trackIndex,
    startTimestamp: person.startTimestamp ?? (trackIndex * 314_159_265 + 1) % 2 ** 32,
    timestampJumpAtS: person.timestampJumpAtS ?? Infinity,
    ssrcChangeAtS: person.ssrcChangeAtS ?? Infinity,
    senderReportS: log.senderReportS ?? 3,
    // Senders' wall clocks are up to minutes apart and owe nothing to the recorder's.
    senderWallUs: (WALL_ORIGIN_MS + index * 77_777) * 1000,
    originUs: ORIGIN_US,
    weather: weatherOf(log, person, index, trackIndex),
  };
}

function weatherOf(log: SyntheticLog, person: SyntheticParticipant, _index: number, trackIndex: number): Weather {
  const short: Weather = {
    ...(log.loss && { lossPercent: log.loss.percent, burstPackets: log.loss.burst ?? 1 }),
    ...(log.jitterMs !== undefined && { jitterMs: log.jitterMs }),
    ...(log.reorder !== undefined && { reorderPercent: log.reorder }),
    ...(log.duplicate !== undefined && { duplicatePercent: log.duplicate }),
  };
  const weather = { delayMs: DEFAULT_DELAY_MS, seed: 1, ...short, ...log.weather, ...person.weather };
  return { ...weather, seed: weather.seed * 1000 + trackIndex };
}

async function writeSlices(
  writer: LogWriter,
  people: readonly Person[],
  events: readonly TimedEvent[],
  { durationS, pauses = [] }: SyntheticLog,
  say: (atS: number, event: TimedEvent['event']) => void,
): Promise<void> {
  const scratch = new Uint8Array(MAX_PACKET_BYTES);
  const tracks = people.flatMap((person) => person.tracks.map(({ track }) => track));
  let pending: PendingRecord[] = [];
  let nextEvent = 0;
  for (let fromS = 0; fromS < durationS; fromS += SLICE_S) {
    const toS = Math.min(durationS, fromS + SLICE_S);
    for (const track of tracks) track.sendUntil(toS, pending);
    pending.sort((a, b) => a.arrivalUs - b.arrivalUs);
    const endUs = ORIGIN_US + toS * 1e6;
    const due = pending.findIndex(({ arrivalUs }) => arrivalUs >= endUs);
    const now = due < 0 ? pending : pending.slice(0, due);
    pending = due < 0 ? [] : pending.slice(due);
    for (; nextEvent < events.length && events[nextEvent]!.atS < toS; nextEvent++) say(events[nextEvent]!.atS, events[nextEvent]!.event);
    for (const { appender, arrivalUs, packet, rtcp } of now) {
      const atS = (arrivalUs - ORIGIN_US) / 1e6;
      if (pauses.some((pause) => atS >= pause.fromS && atS < pause.toS)) continue;
      if (packet !== null) appender.append('rtp', arrivalUs, scratch.subarray(0, writeLoopPacket(packet, scratch)));
      else if (rtcp !== null) appender.append('rtcp', arrivalUs, rtcp);
    }
    await writer.flush();
    say(toS, { type: 'clock' });
  }
}
