import type { ContainerFile } from '../mux/container-file.ts';
import { Mp4File } from '../mux/mp4/mp4-file.ts';
import type { Mp4FileOptions } from '../mux/mp4/mp4-file.ts';
import { AdtsPacker } from '../mux/stream/adts.ts';
import { FlvPacker } from '../mux/stream/flv.ts';
import { Mp3Packer } from '../mux/stream/mp3.ts';
import { OggPacker } from '../mux/stream/ogg.ts';
import { StreamFile } from '../mux/stream/stream-file.ts';
import type { OpenPacker } from '../mux/stream/stream-file.ts';
import { WavPacker } from '../mux/stream/wav.ts';
import { WebmFile } from '../mux/webm/webm-file.ts';
import type { ContainerFormat } from '../plan.ts';

/** Formats of which an output is one file (or slices of it): all but HLS. */
export type FileFormat = Exclude<ContainerFormat, 'hls'>;

const packers: Readonly<Record<Exclude<FileFormat, 'mp4' | 'm4a' | 'webm'>, OpenPacker>> = {
  flv: (baseUs) => new FlvPacker(baseUs),
  aac: (baseUs) => new AdtsPacker(baseUs),
  mp3: (baseUs) => new Mp3Packer(baseUs),
  wav: (baseUs) => new WavPacker(baseUs),
  ogg: (baseUs) => new OggPacker(baseUs),
};

/**
 * Opens the file at `path`, or finds what an earlier run left of it.
 *
 * @param baseUs Its first instant, µs since the output's; null when the file exists.
 * @param mp4 What an MP4 or M4A needs beside.
 */
export function openContainer(
  format: FileFormat,
  path: string,
  baseUs: number | null,
  mp4: Omit<Mp4FileOptions, 'path' | 'baseUs'>,
): ContainerFile {
  if (format === 'mp4' || format === 'm4a') return new Mp4File({ path, baseUs, ...mp4 });
  if (format === 'webm') return new WebmFile({ path, baseUs });
  return new StreamFile(path, baseUs, packers[format]);
}
