import { recordingCodes } from '../parameters/code-style.ts';
import { outOfRange } from '../parameters/read-parameters.ts';

/** The canvas of a mixed picture, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle in the vendor's words, in pixels. */
export interface Box {
  readonly Top: number;
  readonly Left: number;
  readonly Width: number;
  readonly Height: number;
}

/** @throws {TencentError} InvalidParameter.OutOfRange naming the side that leaves the canvas. */
export function checkInside({ Top, Left, Width, Height }: Box, path: string, canvas: Size): void {
  if (Left + Width > canvas.width)
    throw outOfRange(recordingCodes, `${path}.Width`, `must end inside the canvas: Left + Width is at most ${canvas.width}`);
  if (Top + Height > canvas.height)
    throw outOfRange(recordingCodes, `${path}.Height`, `must end inside the canvas: Top + Height is at most ${canvas.height}`);
}
