import Type from 'typebox';
import { CreateRecordingSchema } from './create-recording.ts';
import type { CreateRecording } from './create-recording.ts';
import { ValidationError } from './errors.ts';
import { limits } from './limits.ts';
import { PatternsSchema } from './names.ts';
import { parseCreateRecording } from './parse-create-recording.ts';
import { matchesAny } from './pattern.ts';
import { readValue } from './read-value.ts';

const Nullable = <T extends Type.TSchema>(schema: T, value?: unknown) =>
  Type.Union([schema, Type.Null()], value === undefined ? {} : { default: value });

/** What a template may be called; unique within its application. */
export const TemplateNameSchema = Type.String({
  minLength: 1,
  maxLength: limits.templateNameLength,
  description: 'Unique within the application.',
});

const RoomMatchSchema = Type.Object(
  {
    rooms: Type.Array(Type.String({ minLength: 1, maxLength: limits.roomLength }), {
      minItems: 1,
      maxItems: limits.patternCount,
      default: ['*'],
      description: 'Room name patterns; `*` matches any run of characters.',
    }),
    exceptRooms: { ...PatternsSchema([]), description: 'Patterns of rooms that are left out although `rooms` matches them.' },
  },
  { additionalProperties: false, description: 'Rooms that are recorded by themselves; null: none, the template is used by its name only.' },
);

const VendorIdSchema = (description: string) =>
  Type.String({ minLength: 1, maxLength: 128, pattern: String.raw`^[a-zA-Z0-9_@\-.]+$`, description });

/** As whose task of a vendor's API recordings count that start by themselves. */
export const AutomaticTaskSchema = Type.Object(
  { appId: VendorIdSchema('AppId'), businessId: Nullable(VendorIdSchema('BusinessId'), null) },
  {
    additionalProperties: false,
    description:
      "They count as tasks of Volcengine's API: its callbacks tell of them, and `GetRecordTask` finds them by the TaskId told there.",
  },
);
/** See {@link AutomaticTaskSchema}. */
export interface AutomaticTask {
  readonly appId: string;
  readonly businessId: string | null;
}

/** As whose recordings of Tencent's API recordings count that start by themselves. */
export const AutomaticTencentSchema = Type.Object(
  {
    sdkAppId: Type.Integer({ minimum: 1, maximum: 4_294_967_295, description: 'SDKAppId' }),
    scheme: Type.Enum(['cloud', 'legacy'], {
      default: 'cloud',
      description: '`cloud`: callbacks 301 to 312; `legacy`: callback 100 for every file, with its stream id.',
    }),
    userDefineRecordId: Type.Optional(
      Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$', description: 'What the names of the files begin with, as UserDefineRecordId.' }),
    ),
  },
  {
    additionalProperties: false,
    description: "They count as recordings of Tencent's API: its callbacks tell of them, and their files are named as its documents say.",
  },
);
/** See {@link AutomaticTencentSchema}. */
export interface AutomaticTencent {
  readonly sdkAppId: number;
  readonly scheme: 'cloud' | 'legacy';
  readonly userDefineRecordId?: string;
}

const AutoStartSchema = Type.Object(
  {
    on: Type.Enum(['first-media'], {
      default: 'first-media',
      description: '`first-media`: as soon as somebody publishes a track that the subscribe rules want and that is not muted.',
    }),
    tencent: Type.Optional(AutomaticTencentSchema),
    volcengine: Type.Optional(AutomaticTaskSchema),
  },
  { additionalProperties: false, description: 'When a matching room is recorded by itself; null: never.' },
);

// eslint-disable-next-line @typescript-eslint/no-unused-vars -- what remains is what a template may say
const { room: _room, template: _template, ...recordingProperties } = CreateRecordingSchema.properties;
const TemplateRecordingSchema = Type.Partial(Type.Object(recordingProperties, { additionalProperties: false }), {
  description:
    'As the body of `POST /v1/recordings`, without `room` and `template`. What is left out gets its default when a recording starts.',
});
/** The part of a recording's request that a template says; what it leaves out gets its default when a recording starts. */
export type TemplateRecording = Partial<Omit<CreateRecording, 'room' | 'template'>>;

const templateFields = {
  name: TemplateNameSchema,
  match: Nullable(RoomMatchSchema, null),
  recording: { ...TemplateRecordingSchema, default: {} },
  autoStart: Nullable(AutoStartSchema, {}),
  enabled: Type.Boolean({ default: true, description: 'false: starts nothing by itself; it can still be used by its name.' }),
};

/** The body of `POST /v1/templates`. */
export const CreateTemplateSchema = Type.Object(templateFields, { additionalProperties: false, title: 'CreateTemplate' });

/** A template as it was asked for, every default of its own filled in. */
export interface CreateTemplate {
  readonly name: string;
  readonly match: { readonly rooms: readonly string[]; readonly exceptRooms: readonly string[] } | null;
  readonly recording: TemplateRecording;
  /** At most one vendor. */
  readonly autoStart: { readonly on: 'first-media'; readonly tencent?: AutomaticTencent; readonly volcengine?: AutomaticTask } | null;
  readonly enabled: boolean;
}

/** The body of `PATCH /v1/templates/{id}`: at least one of them; each replaces what was there as a whole. */
export const PatchTemplateSchema = Type.Partial(CreateTemplateSchema, {
  additionalProperties: false,
  minProperties: 1,
  title: 'PatchTemplate',
});

const Instant = (description: string) => Type.String({ format: 'date-time', description });

/** A template as answers show it. */
export const TemplateSchema = Type.Object(
  { id: Type.String({ description: '`tpl_…`' }), ...templateFields, createdAt: Instant('Made.'), updatedAt: Instant('Last changed.') },
  { additionalProperties: false, title: 'Template' },
);
/** See {@link TemplateSchema}. */
export interface Template extends CreateTemplate {
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The answer of `GET /v1/templates`, by name. */
export const TemplatePageSchema = Type.Object(
  { items: Type.Array(TemplateSchema) },
  { additionalProperties: false, title: 'TemplatePage' },
);

/** The request of `POST /v1/templates` with its defaults filled in. @throws {ValidationError} INVALID_REQUEST naming the field, e.g. `recording.outputs[0].video.fps`. */
export function parseCreateTemplate(value: unknown, field = ''): CreateTemplate {
  const { recording, ...rest } = objectOf(value, field);
  const read = readValue(CreateTemplateSchema, { ...rest, recording: {} }, field) as CreateTemplate;
  checkAutoStart(read.autoStart, field === '' ? 'autoStart' : `${field}.autoStart`);
  return {
    ...read,
    recording: parseTemplateRecording(recording === undefined ? {} : recording, field === '' ? 'recording' : `${field}.recording`),
  };
}

/** The request of `PATCH /v1/templates/{id}`; left out is left alone. @throws {ValidationError} INVALID_REQUEST as {@link parseCreateTemplate}. */
export function parsePatchTemplate(value: unknown): Partial<CreateTemplate> {
  const given = objectOf(value);
  const hasRecording = given['recording'] !== undefined;
  const read = readValue(PatchTemplateSchema, hasRecording ? { ...given, recording: {} } : given) as Partial<CreateTemplate>;
  checkAutoStart(read.autoStart ?? null, 'autoStart');
  return hasRecording ? { ...read, recording: parseTemplateRecording(given['recording'], 'recording') } : read;
}

function checkAutoStart(autoStart: CreateTemplate['autoStart'], field: string): void {
  if (autoStart?.tencent !== undefined && autoStart.volcengine !== undefined)
    throw new ValidationError(`${field}.volcengine`, 'must not be given together with tencent: a recording counts as one of one vendor');
}

function parseTemplateRecording(value: unknown, field: string): TemplateRecording {
  const given = objectOf(value, field);
  for (const name of ['room', 'template'])
    if (Object.hasOwn(given, name))
      throw new ValidationError(`${field}.${name}`, 'is not known here: it is said by who starts the recording');
  const request: Record<string, unknown> = { ...parseCreateRecording({ ...given, room: '*' }, field) };
  return Object.fromEntries(Object.keys(given).map((name) => [name, request[name]]));
}

/** The request of a recording made from a template: what the request says itself goes before what the template says, property by property of the top level. */
export function applyTemplate(template: Pick<Template, 'recording'>, request: object): object {
  return { ...template.recording, ...request };
}

/** True when an enabled template has this room recorded by itself. */
export function isRecordedByItself(template: Pick<Template, 'match' | 'autoStart' | 'enabled'>, room: string): boolean {
  const { match, autoStart, enabled } = template;
  if (!enabled || autoStart === null || match === null) return false;
  return matchesAny(match.rooms, room) && !matchesAny(match.exceptRooms, room);
}

function objectOf(value: unknown, field = ''): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new ValidationError(field, 'must be a JSON object', value);
  return value as Record<string, unknown>;
}
