import Type from 'typebox';
import { ValidationError } from './errors.ts';
import { PatternsSchema } from './names.ts';
import { OutputSchema } from './output.ts';
import type { Output } from './output.ts';
import { parseOutput } from './parse-create-recording.ts';
import { readValue } from './read-value.ts';
import { FileResourceSchema, RecordingErrorSchema } from './recording.ts';
import type { Recording } from './recording.ts';

const longestMs = 400 * 24 * 3600 * 1000;

/** A stretch of recording time. */
export const RenderRangeSchema = Type.Object(
  {
    fromMs: Type.Integer({ minimum: 0, maximum: longestMs, default: 0, description: 'Recording time of the first instant, ms.' }),
    toMs: Type.Union([Type.Integer({ minimum: 1, maximum: longestMs }), Type.Null()], {
      default: null,
      description: 'Recording time of the end, ms; null: the end of the recording.',
    }),
  },
  { additionalProperties: false, description: 'null: all of it.' },
);

/** Who is in a render. */
export const RenderPeopleSchema = Type.Object(
  { allow: PatternsSchema(['*']), deny: PatternsSchema([]) },
  { additionalProperties: false, description: 'Identity patterns; deny wins. null: everybody who was recorded.' },
);

/** The body of `POST /v1/recordings/{id}/renders`: at least one of the three. */
export const CreateRenderSchema = Type.Object(
  {
    output: Type.Optional(
      Type.Union([...OutputSchema.anyOf], {
        description:
          'As one of the `outputs` of a recording. Left out: the recording’s own composite. A composite without `layout` begins with the recording’s and changes as it did in the session; with `layout` it keeps that one.',
      }),
    ),
    range: Type.Union([RenderRangeSchema, Type.Null()], { default: null }),
    people: Type.Union([RenderPeopleSchema, Type.Null()], { default: null }),
  },
  { additionalProperties: false, title: 'CreateRender' },
);

/** A render as it was asked for, every default filled in. */
export interface CreateRender {
  readonly output: Output;
  readonly range: { readonly fromMs: number; readonly toMs: number | null } | null;
  readonly people: { readonly allow: readonly string[]; readonly deny: readonly string[] } | null;
  /** The request names the layout: those of the session do not count. */
  readonly keepsLayout: boolean;
}

/** One more output made from the log of an ended recording. */
export const RenderSchema = Type.Object(
  {
    id: Type.String({ description: '`ren_…`' }),
    recordingId: Type.String(),
    state: Type.Enum(['queued', 'rendering', 'completed', 'failed']),
    progress: Type.Number({ minimum: 0, maximum: 1, description: 'Share of the work that is done.' }),
    output: OutputSchema,
    range: Type.Union([RenderRangeSchema, Type.Null()]),
    people: Type.Union([RenderPeopleSchema, Type.Null()]),
    createdAt: Type.String({ format: 'date-time' }),
    startedAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
    endedAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
    error: Type.Union([RecordingErrorSchema, Type.Null()], { description: 'A cancelled render fails with RENDER_CANCELLED.' }),
    files: Type.Array(FileResourceSchema, { description: 'Listed in the recording too.' }),
  },
  { additionalProperties: false, title: 'Render' },
);
export type Render = Type.Static<typeof RenderSchema>;

/** The answer of `GET /v1/recordings/{id}/renders`, newest first. */
export const RenderPageSchema = Type.Object({ items: Type.Array(RenderSchema) }, { additionalProperties: false, title: 'RenderPage' });

/**
 * The request of `POST /v1/recordings/{id}/renders` with every default filled in from the recording.
 *
 * @throws {ValidationError} INVALID_REQUEST naming field and allowed range, also for a range that lies behind the recording's end.
 */
export function parseCreateRender(value: unknown, recording: Pick<Recording, 'outputs' | 'startedAt' | 'endedAt'>): CreateRender {
  if (value !== undefined && (value === null || typeof value !== 'object' || Array.isArray(value)))
    throw new ValidationError('', 'must be a JSON object', value);
  const { output: asked, ...others } = (value ?? {}) as Record<string, unknown>;
  const stranger = Object.keys(others).find((name) => !['range', 'people'].includes(name));
  if (stranger !== undefined) throw new ValidationError(stranger, 'is not known; allowed here: output, range, people');
  const { range, people } = readValue(Type.Object({ range: restOf('range'), people: restOf('people') }), others) as CreateRender;
  if (asked === undefined && range === null && people === null)
    throw new ValidationError('output', 'is missing; it may be left out when there is a range or people');
  checkRange(range, recording);
  const own = recording.outputs.find((output) => output.type === 'composite');
  if (asked === undefined)
    return { output: own ?? recording.outputs[0] ?? parseOutput({ type: 'composite' }), range, people, keepsLayout: false };
  const output = parseOutput(asked);
  const namesLayout = typeof asked === 'object' && asked !== null && 'layout' in asked && asked.layout !== undefined;
  const inherits = output.type === 'composite' && !namesLayout && own?.type === 'composite';
  return { output: inherits ? { ...output, layout: own.layout } : output, range, people, keepsLayout: namesLayout };
}

const restOf = (name: 'range' | 'people') => CreateRenderSchema.properties[name];

function checkRange(range: CreateRender['range'], { startedAt, endedAt }: Pick<Recording, 'startedAt' | 'endedAt'>): void {
  if (range === null) return;
  const { fromMs, toMs } = range;
  if (toMs !== null && toMs <= fromMs) throw new ValidationError('range.toMs', `must be more than range.fromMs (${fromMs})`, toMs);
  if (startedAt === null || endedAt === null) return;
  const lengthMs = Date.parse(endedAt) - Date.parse(startedAt);
  if (fromMs >= lengthMs) throw new ValidationError('range.fromMs', `must be less than the length of the recording, ${lengthMs}`, fromMs);
}
