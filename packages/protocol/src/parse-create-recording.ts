import { CreateRecordingSchema, CreateTokenSchema, PatchRecordingSchema, SubscribeRulesSchema } from './create-recording.ts';
import type { CreateRecording, CreateToken, SubscribeRules } from './create-recording.ts';
import { ValidationError } from './errors.ts';
import { LayoutSchema, builtLayoutNames } from './layout-name.ts';
import type { Layout } from './layout-name.ts';
import { limits } from './limits.ts';
import { MetadataSchema } from './names.ts';
import { OutputSchema } from './output.ts';
import type { Output } from './output.ts';
import { readValue } from './read-value.ts';

/**
 * The request of `POST /v1/recordings` with every default filled in, as a new value. What this version cannot make is refused, never accepted and ignored.
 *
 * @throws {ValidationError} INVALID_REQUEST naming field and allowed range, for the first thing found wrong.
 */
export function parseCreateRecording(value: unknown): CreateRecording {
  const request = readValue(CreateRecordingSchema, value) as CreateRecording;
  request.outputs.forEach((output, index) => checkOutput(output, `outputs[${index}]`));
  checkPrefix(request.prefix);
  checkMetadata(request.metadata);
  return request;
}

/** One output (the body of a render) with every default filled in. @throws {ValidationError} INVALID_REQUEST as {@link parseCreateRecording}. */
export function parseOutput(value: unknown, field = 'output'): Output {
  const output = readValue(OutputSchema, value, field) as Output;
  checkOutput(output, field);
  return output;
}

/** What `PATCH /v1/recordings/{id}` changes; left out is left alone. */
export interface PatchRecording {
  readonly layout?: Layout;
  readonly subscribe?: SubscribeRules;
  readonly metadata?: Record<string, unknown>;
}

/** The request of `PATCH /v1/recordings/{id}`. @throws {ValidationError} INVALID_REQUEST as {@link parseCreateRecording}. */
export function parsePatchRecording(value: unknown): PatchRecording {
  const given = readValue(PatchRecordingSchema, value) as { layout?: unknown; subscribe?: unknown; metadata?: unknown };
  const patch: { layout?: Layout; subscribe?: SubscribeRules; metadata?: Record<string, unknown> } = {};
  if (given.layout !== undefined) {
    patch.layout = readValue(LayoutSchema, given.layout, 'layout') as Layout;
    checkLayout(patch.layout, 'layout');
  }
  if (given.subscribe !== undefined) patch.subscribe = readValue(SubscribeRulesSchema, given.subscribe, 'subscribe') as SubscribeRules;
  if (given.metadata !== undefined) {
    patch.metadata = readValue(MetadataSchema, given.metadata, 'metadata') as Record<string, unknown>;
    checkMetadata(patch.metadata);
  }
  return patch;
}

/** The request of `POST /v1/tokens` with every default filled in. @throws {ValidationError} INVALID_REQUEST as {@link parseCreateRecording}. */
export function parseCreateToken(value: unknown): CreateToken {
  return readValue(CreateTokenSchema, value) as CreateToken;
}

function checkOutput(output: Output, field: string): void {
  if (output.video === null && output.audio === null) throw new ValidationError(field, 'must have video, audio or both; both are null');
  if (output.video !== null && output.video.width * output.video.height > limits.pixels)
    throw new ValidationError(
      `${field}.video`,
      `must have at most ${limits.pixels} pixels (width times height)`,
      `${output.video.width}x${output.video.height}`,
    );
  if (output.type === 'composite') checkLayout(output.layout, `${field}.layout`);
  else if (output.formats.includes('webm') && output.formats.length > 1)
    throw new ValidationError(
      `${field}.formats`,
      'must name "webm" alone (it copies what was sent, mp4 and hls are encoded anew): ask for two outputs',
      output.formats,
    );
}

function checkLayout(layout: Layout, field: string): void {
  if (!builtLayoutNames.includes(layout.name))
    throw new ValidationError(
      `${field}.name`,
      `must be one of ${builtLayoutNames.join(', ')}; this version does not draw the others yet`,
      layout.name,
    );
}

/** The names of files come behind the prefix, and storages count bytes: leave them room. */
function checkPrefix(prefix: string): void {
  if (bytesOf(prefix) > limits.prefixLength)
    throw new ValidationError('prefix', `must have at most ${limits.prefixLength} bytes`, bytesOf(prefix));
  const longest = Math.max(...prefix.split('/').map(bytesOf));
  if (longest > limits.prefixNameBytes)
    throw new ValidationError('prefix', `must have at most ${limits.prefixNameBytes} bytes between slashes`, longest);
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

function checkMetadata(metadata: Record<string, unknown>): void {
  const bytes = bytesOf(JSON.stringify(metadata));
  if (bytes > limits.metadataBytes) throw new ValidationError('metadata', `must have at most ${limits.metadataBytes} bytes as JSON`, bytes);
}
