import { CreateRecordingSchema, CreateTokenSchema, PatchRecordingSchema, SubscribeRulesSchema } from './create-recording.ts';
import type { CreateRecording, CreateToken, SubscribeRules } from './create-recording.ts';
import { checkLayout, hoistLayoutOptions, spelledField } from './check-layout.ts';
import { ValidationError } from './errors.ts';
import type { Layout } from './layout.ts';
import { limits } from './limits.ts';
import { MetadataSchema } from './names.ts';
import { checkFormats } from './check-formats.ts';
import { OutputSchema } from './output.ts';
import type { Output } from './output.ts';
import { readValue } from './read-value.ts';

/**
 * The request of `POST /v1/recordings` with every default filled in, as a new value. What this version cannot make is refused, never accepted and ignored.
 *
 * @param field What messages call the request: empty, or where it stands in another one.
 * @throws {ValidationError} INVALID_REQUEST naming field and allowed range, for the first thing found wrong.
 */
export function parseCreateRecording(value: unknown, field = ''): CreateRecording {
  const at = (name: string): string => (field === '' ? name : `${field}.${name}`);
  const request = readWithLayouts(value, at('outputs'), (given) => {
    const read = readValue(CreateRecordingSchema, given, field) as CreateRecording;
    read.outputs.forEach((output, index) => checkOutput(output, at(`outputs[${index}]`)));
    return read;
  });
  checkPrefix(request.prefix, at('prefix'));
  checkMetadata(request.metadata, at('metadata'));
  return request;
}

/** One output (the body of a render) with every default filled in. @throws {ValidationError} INVALID_REQUEST as {@link parseCreateRecording}. */
export function parseOutput(value: unknown, field = 'output'): Output {
  return readWithLayout(value, field, (given) => {
    const output = readValue(OutputSchema, given, field) as Output;
    checkOutput(output, field);
    return output;
  });
}

/** What `PATCH /v1/recordings/{id}` changes; left out is left alone. */
export interface PatchRecording {
  readonly layout?: Layout;
  readonly subscribe?: SubscribeRules;
  readonly metadata?: Record<string, unknown>;
}

/**
 * The request of `PATCH /v1/recordings/{id}`.
 *
 * @param canvases Sizes of the recording's composite pictures, which a layout in pixels must fit.
 * @throws {ValidationError} INVALID_REQUEST as {@link parseCreateRecording}.
 */
export function parsePatchRecording(
  value: unknown,
  canvases: readonly { readonly width: number; readonly height: number }[] = [],
): PatchRecording {
  const given = readWithLayout(value, '', (hoisted) => {
    const read = readValue(PatchRecordingSchema, hoisted) as { layout?: Layout; subscribe?: unknown; metadata?: unknown };
    if (read.layout !== undefined) checkLayout(read.layout, 'layout', canvases);
    return read;
  });
  const patch: { layout?: Layout; subscribe?: SubscribeRules; metadata?: Record<string, unknown> } = {};
  if (given.layout !== undefined) patch.layout = given.layout;
  if (given.subscribe !== undefined) patch.subscribe = readValue(SubscribeRulesSchema, given.subscribe, 'subscribe') as SubscribeRules;
  if (given.metadata !== undefined) {
    patch.metadata = readValue(MetadataSchema, given.metadata, 'metadata') as Record<string, unknown>;
    checkMetadata(patch.metadata, 'metadata');
  }
  return patch;
}

/** The request of `POST /v1/tokens` with every default filled in. @throws {ValidationError} INVALID_REQUEST as {@link parseCreateRecording}. */
export function parseCreateToken(value: unknown): CreateToken {
  return readValue(CreateTokenSchema, value) as CreateToken;
}

function checkOutput(output: Output, field: string): void {
  if (output.video === null && output.audio === null) throw new ValidationError(field, 'must have video, audio or both; both are null');
  if (output.video !== null) checkSize(output.video, `${field}.video`);
  if (output.type === 'composite') checkLayout(output.layout, `${field}.layout`, output.video === null ? [] : [output.video]);
  checkFormats(output, field);
}

function checkSize({ width, height }: { readonly width?: number; readonly height?: number }, field: string): void {
  if (width === undefined && height === undefined) return;
  if (width === undefined || height === undefined) {
    const missing = width === undefined ? 'width' : 'height';
    throw new ValidationError(`${field}.${missing}`, 'is missing: give width and height together, or neither for the size that was sent');
  }
  if (width * height > limits.pixels)
    throw new ValidationError(field, `must have at most ${limits.pixels} pixels (width times height)`, `${width}x${height}`);
}

/** Reads a value whose layout may have its options beside the name; what is wrong with them is named as it was spelled. */
function readWithLayout<T>(value: unknown, field: string, read: (hoisted: unknown) => T): T {
  if (value === null || typeof value !== 'object' || Array.isArray(value) || !Object.hasOwn(value, 'layout')) return read(value);
  const path = field === '' ? 'layout' : `${field}.layout`;
  const { layout } = value as { layout: unknown };
  try {
    return read({ ...value, layout: hoistLayoutOptions(layout, path) });
  } catch (error) {
    throw error instanceof ValidationError ? error.at(spelledField(layout, path, error.field)) : error;
  }
}

/** The same for a list of outputs. */
function readWithLayouts<T>(value: unknown, field: string, read: (hoisted: unknown) => T): T {
  if (value === null || typeof value !== 'object' || !('outputs' in value) || !Array.isArray(value.outputs)) return read(value);
  const given = value.outputs as unknown[];
  const readFrom = (outputs: readonly unknown[]): T => {
    const index = outputs.length;
    if (index === given.length) return read({ ...value, outputs });
    return readWithLayout(given[index], `${field}[${index}]`, (output) => readFrom([...outputs, output]));
  };
  return readFrom([]);
}

/** The names of files come behind the prefix, and storages count bytes: leave them room. */
function checkPrefix(prefix: string, field: string): void {
  if (bytesOf(prefix) > limits.prefixLength)
    throw new ValidationError(field, `must have at most ${limits.prefixLength} bytes`, bytesOf(prefix));
  const longest = Math.max(...prefix.split('/').map(bytesOf));
  if (longest > limits.prefixNameBytes)
    throw new ValidationError(field, `must have at most ${limits.prefixNameBytes} bytes between slashes`, longest);
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

function checkMetadata(metadata: Record<string, unknown>, field: string): void {
  const bytes = bytesOf(JSON.stringify(metadata));
  if (bytes > limits.metadataBytes) throw new ValidationError(field, `must have at most ${limits.metadataBytes} bytes as JSON`, bytes);
}
