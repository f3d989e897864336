import type { Frame } from 'node-av';
import { AV_SAMPLE_FMT_FLT, AV_SAMPLE_FMT_FLTP } from 'node-av/constants';

/** Copies samples `from` … `from + count` of each channel into a frame's memory, behind `at` samples. */
export type FillFrame = (channels: readonly Float32Array[], from: number, at: number, count: number) => void;

/** The way into the memory of `frame` (its buffers must stand): planar float, interleaved float, or interleaved 16 bit with clipping. */
export function frameFiller(frame: Frame, channels: number, frameSamples: number): FillFrame {
  const planes = frame.data ?? [];
  if (frame.format === AV_SAMPLE_FMT_FLTP) {
    const targets = planes.slice(0, channels).map((plane) => new Float32Array(plane.buffer, plane.byteOffset, frameSamples));
    return (sources, from, at, count) => {
      for (const [channel, target] of targets.entries()) target.set(sources[channel]!.subarray(from, from + count), at);
    };
  }
  const { buffer, byteOffset } = planes[0]!;
  const isFloat = frame.format === AV_SAMPLE_FMT_FLT;
  const target = isFloat
    ? new Float32Array(buffer, byteOffset, frameSamples * channels)
    : new Int16Array(buffer, byteOffset, frameSamples * channels);
  return (sources, from, at, count) => {
    for (let channel = 0; channel < channels; channel++) {
      const source = sources[channel]!;
      for (let i = 0, to = at * channels + channel; i < count; i++, to += channels) {
        const sample = source[from + i]!;
        target[to] = isFloat ? sample : Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)));
      }
    }
  };
}
