import type { EncodedSample, Part, TrackConfig, VideoTrackConfig } from '../../parts/types.ts';
import { lengthPrefixed, splitAnnexB } from '../annex-b.ts';
import type { FragmentRun, FragmentSample } from './fragment.ts';
import type { Mp4Track } from './movie.ts';
import { audioSampleEntry, videoSampleEntry } from './sample-entry.ts';
import { SampleTable } from './sample-table.ts';

export const trackIds = { video: 1, audio: 2 } as const;

/** One part turned into what a fragment needs. */
export interface PartRuns {
  readonly runs: readonly FragmentRun[];
  /** Sample bytes in the order of the runs. */
  readonly payload: readonly Uint8Array[];
  /** True when a track or a sample entry is new: the head must be written again. */
  readonly isHeadChanged: boolean;
}

/**
 * Lays a part out as runs. Adds tracks to `tracks` when their first samples come and sample entries when parameter sets change. Video in front of
 * the first keyframe that describes itself is left out. `baseUs`: the file's first instant on the part's clock.
 */
export function layOutPart(part: Part, configs: readonly TrackConfig[], tracks: Mp4Track[], baseUs: number): PartRuns {
  const runs: FragmentRun[] = [];
  const payload: Uint8Array[] = [];
  const before = headSize(tracks);
  for (const config of configs) {
    const samples = config.kind === 'video' ? part.video : part.audio;
    if (samples.length > 0) addRuns(samples, config, tracks, baseUs, runs, payload);
  }
  return { runs, payload, isHeadChanged: headSize(tracks) !== before };
}

/** Gives tracks that have no sample yet their place: an HLS init section must name every track from the beginning. Video without configuration stays out. */
export function addSilentTracks(configs: readonly TrackConfig[], tracks: Mp4Track[]): void {
  for (const config of configs) {
    if (tracks.some((track) => track.kind === config.kind)) continue;
    const entry = config.kind === 'audio' ? audioSampleEntry(config) : videoSampleEntry(config, new Uint8Array(1));
    if (entry !== null) addTrack(config, tracks, 0).entries.push(entry);
  }
}

function headSize(tracks: readonly Mp4Track[]): number {
  return tracks.reduce((sum, track) => sum + 1000 + track.entries.length, 0);
}

function addRuns(
  samples: readonly EncodedSample[],
  config: TrackConfig,
  tracks: Mp4Track[],
  baseUs: number,
  runs: FragmentRun[],
  payload: Uint8Array[],
): void {
  const baseTicks = Math.round((baseUs * config.timescale) / 1e6);
  const hasUnits = config.codec === 'h264' || config.codec === 'h265';
  let track = tracks.find((candidate) => candidate.kind === config.kind) ?? null;
  let entry = track?.table.chunks.at(-1)?.entry ?? 0;
  let open: { baseDts: number; samples: FragmentSample[] } | null = null;
  for (const [index, sample] of samples.entries()) {
    const described = config.kind === 'audio' ? (track === null ? audioSampleEntry(config) : null) : describe(sample, config, track);
    track ??= described === null ? null : addTrack(config, tracks, baseTicks - sample.dts);
    if (track === null) continue;
    const wanted = described === null ? Math.max(entry, 1) : entryIndex(track, described);
    const dts = sample.dts - baseTicks + track.leadTicks;
    if (open === null || wanted !== entry) {
      open = { baseDts: dts, samples: [] };
      entry = wanted;
      runs.push({ trackId: track.id, entry, ...open });
    }
    if (config.kind === 'video') {
      track.width = Math.max(track.width, sample.width ?? 0);
      track.height = Math.max(track.height, sample.height ?? 0);
    }
    const data = hasUnits ? lengthPrefixed(splitAnnexB(sample.data)) : sample.data;
    payload.push(data);
    // A run's times are the sums of its durations: where nothing was sent for a while (DTX, a mute) the sample before lasts until the next one.
    const next = samples[index + 1];
    const duration = next === undefined ? sample.duration : Math.max(1, next.dts - sample.dts);
    const compositionOffset = Math.max(0, sample.pts - sample.dts);
    open.samples.push({ sizeBytes: data.length, duration, isKeyframe: sample.isKeyframe, compositionOffset });
  }
}

/** The sample entry a keyframe asks for; null when it asks for none of its own. */
function describe(sample: EncodedSample, config: VideoTrackConfig, track: Mp4Track | null): Uint8Array | null {
  if (!sample.isKeyframe || (track !== null && config.codecConfig !== null)) return null;
  const width = sample.width ?? config.width;
  const height = sample.height ?? config.height;
  return videoSampleEntry({ ...config, width, height }, sample.data);
}

function entryIndex(track: Mp4Track, entry: Uint8Array): number {
  const found = track.entries.findIndex((known) => Buffer.compare(known, entry) === 0);
  return found >= 0 ? found + 1 : track.entries.push(entry);
}

function addTrack(config: TrackConfig, tracks: Mp4Track[], leadAtLeast: number): Mp4Track {
  const track: Mp4Track = {
    id: trackIds[config.kind],
    kind: config.kind,
    timescale: config.timescale,
    leadTicks: Math.max(config.leadTicks ?? 0, leadAtLeast),
    width: config.kind === 'video' ? config.width : 0,
    height: config.kind === 'video' ? config.height : 0,
    entries: [],
    table: new SampleTable(),
  };
  tracks.push(track);
  tracks.sort((a, b) => a.id - b.id);
  return track;
}
