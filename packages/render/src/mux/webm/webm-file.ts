import type { EncodedSample, Part, TrackConfig } from '../../parts/types.ts';
import { ByteWriter } from '../byte-writer.ts';
import type { ContainerFile, FileFacts, MediaFacts } from '../container-file.ts';
import { GrowingFile } from '../growing-file.ts';
import { clusterBytes, readCluster } from './cluster.ts';
import type { Cue, PartMark } from './cluster.ts';
import { ids, master, readElements, readHeader, uint } from './ebml.ts';
import { headBytes, readHead, segmentStart, webmHead } from './head.ts';
import { webmTrack } from './webm-track.ts';
import type { WebmTrack } from './webm-track.ts';

export interface WebmFileOptions {
  readonly path: string;
  /** The file's first instant, µs since the output's; null when the file exists. */
  readonly baseUs: number | null;
}

/**
 * A WebM that can be played at every moment while it grows; finishing adds Cues, SeekHead, duration and sizes. The index is always made by reading
 * clusters, be they just written or found, so that a crash changes nothing. @see webmproject.org/docs/container
 */
export class WebmFile implements ContainerFile {
  readonly #file: GrowingFile;
  #baseUs: number;
  #tracks: WebmTrack[] = [];
  readonly #cues: Cue[] = [];
  #facts: FileFacts | null = null;
  #dataEnd = 0;
  #isFinished = false;

  constructor({ path, baseUs }: WebmFileOptions) {
    this.#baseUs = baseUs ?? 0;
    this.#file = new GrowingFile(path);
    const head = readHead(this.#file.read(0, headBytes));
    if (head === null) {
      this.#file.startAnew();
      return;
    }
    this.#tracks = head.tracks;
    if (head.facts !== null) {
      this.#facts = head.facts;
      this.#isFinished = true;
      return;
    }
    this.#scan();
    if (baseUs === null) this.#baseUs = this.#facts?.startUs ?? 0;
    this.#file.truncate(this.#dataEnd);
  }

  get facts(): FileFacts | null {
    return this.#facts;
  }
  get isFinished(): boolean {
    return this.#isFinished;
  }
  get sizeBytes(): number {
    return this.#file.sizeBytes;
  }
  get finalBytes(): number {
    return this.#isFinished ? this.sizeBytes : this.#dataEnd + 64 + 32 * this.#cues.length;
  }
  get media(): MediaFacts {
    const video = this.#tracks.find((track) => track.kind === 'video');
    const audio = this.#tracks.find((track) => track.kind === 'audio');
    return {
      width: video?.width ?? null,
      height: video?.height ?? null,
      videoCodec: video?.codec ?? null,
      audioCodec: audio?.codec ?? null,
    };
  }

  /** Fills the index from whole parts; what follows the last one is torn. */
  #scan(): void {
    this.#dataEnd = headBytes;
    const pending: Cue[] = [];
    for (let at = headBytes; ;) {
      const header = readHeader(this.#file.read(at, 16), 0);
      if (header?.id !== ids.cluster || header.sizeBytes < 0) return;
      const body = this.#file.read(at + header.headerBytes, header.sizeBytes);
      if (body.length < header.sizeBytes) return;
      const { cues, mark } = readCluster(body, at);
      pending.push(...cues);
      at += header.headerBytes + header.sizeBytes;
      if (mark === null) continue;
      if (this.#facts !== null && mark.index !== this.#facts.lastPart + 1) return;
      this.#note(pending.splice(0), mark, at);
    }
  }

  #note(cues: readonly Cue[], mark: PartMark, dataEnd: number): void {
    this.#cues.push(...cues);
    const { firstPart = mark.index, startUs = mark.startUs, durationS = 0 } = this.#facts ?? {};
    const endUs = mark.startUs + mark.durationUs;
    this.#facts = { firstPart, lastPart: mark.index, startUs, endUs, isLast: false, durationS: Math.max(durationS, mark.endMs / 1000) };
    this.#dataEnd = dataEnd;
  }

  append(part: Part, configs: readonly TrackConfig[]): void {
    if (this.#updateTracks(part, configs) || this.#dataEnd === 0) {
      this.#file.write(0, webmHead(this.#tracks, null));
      this.#dataEnd = Math.max(this.#dataEnd, headBytes);
    }
    const bytes = clusterBytes(part, configs, this.#tracks, this.#baseUs);
    this.#file.write(this.#dataEnd, bytes);
    let mark: PartMark | null = null;
    const cues: Cue[] = [];
    for (const { offset, body } of readElements(bytes)) {
      const cluster = readCluster(body, this.#dataEnd + offset);
      cues.push(...cluster.cues);
      mark = cluster.mark ?? mark;
    }
    this.#note(cues, mark!, this.#dataEnd + bytes.length);
    this.#file.syncSoon();
  }

  /** True when the head must be written again: a track began, or a picture is larger than any before. */
  #updateTracks(part: Part, configs: readonly TrackConfig[]): boolean {
    let isChanged = false;
    for (const config of configs) {
      const samples = config.kind === 'video' ? part.video : part.audio;
      const known = this.#tracks.find((candidate) => candidate.kind === config.kind);
      const track = known ?? this.#addTrack(config, samples);
      if (track === null) continue;
      isChanged ||= known === undefined;
      for (const { width = 0, height = 0 } of samples) {
        if (width * height <= track.width * track.height) continue;
        [track.width, track.height] = [width, height];
        isChanged = true;
      }
    }
    return isChanged;
  }

  #addTrack(config: TrackConfig, samples: readonly EncodedSample[]): WebmTrack | null {
    for (const sample of samples) {
      const track = webmTrack(withLead(config, sample, this.#baseUs), sample);
      if (track === null) continue;
      this.#tracks = [...this.#tracks, track].sort((a, b) => a.number - b.number);
      return track;
    }
    return null;
  }

  finish(isLast: boolean): void {
    if (this.#isFinished) return;
    const facts = { ...(this.#facts ?? { firstPart: 1, lastPart: 0, startUs: 0, endUs: 0, durationS: 0 }), isLast };
    if (this.#dataEnd === 0) this.#dataEnd = headBytes;
    const start = segmentStart(webmHead(this.#tracks, null));
    const cues = cuesBytes(this.#cues, start);
    this.#file.write(this.#dataEnd, cues);
    this.#file.sync();
    const cuesAt = cues.length > 0 ? this.#dataEnd : null;
    this.#file.write(0, webmHead(this.#tracks, { facts, cuesAt, fileBytes: this.#dataEnd + cues.length }));
    this.#file.sync();
    this.#facts = facts;
    this.#isFinished = true;
  }

  close(): void {
    this.#file.close();
  }
}

/** The track with all that comes before the file's first instant as its delay: of the encoder, or frames that prime a slice's decoder. */
function withLead(config: TrackConfig, { pts }: EncodedSample, baseUs: number): TrackConfig {
  if (config.kind === 'video') return config;
  const before = Math.round((baseUs * config.timescale) / 1e6) - pts;
  return before > (config.leadTicks ?? 0) ? { ...config, leadTicks: before } : config;
}

/** Seek points: video keyframes; in a file without video one per cluster. Empty without any. @see RFC 9559 §5.1.5 */
function cuesBytes(cues: readonly Cue[], segmentAt: number): Uint8Array {
  const track = cues.some((cue) => cue.track === 1) ? 1 : 2;
  const chosen = cues.filter((cue) => cue.track === track);
  const out = new ByteWriter(chosen.length * 32 + 64);
  if (chosen.length === 0) return out.toBytes();
  master(out, ids.cues, () => {
    for (const cue of chosen) {
      master(out, ids.cuePoint, () => {
        uint(out, ids.cueTime, cue.timeMs);
        master(out, ids.cueTrackPositions, () => {
          uint(out, ids.cueTrack, track);
          uint(out, ids.cueClusterPosition, cue.clusterAt - segmentAt);
        });
      });
    }
  });
  return out.toBytes();
}
