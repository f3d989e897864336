import Type from 'typebox';
import { ValidationError } from './errors.ts';
import { EventSelectorsSchema } from './event.ts';
import { InstantSchema } from './instant.ts';
import { limits } from './limits.ts';
import { readValue } from './read-value.ts';

const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Instant = (description: string) => Type.String({ format: 'date-time', description });
const urlSchema = Type.String({
  minLength: 8,
  maxLength: limits.urlLength,
  description: 'http:// or https://; addresses of private networks are refused unless the configuration allows them.',
});

/** The body of `POST /v1/webhooks`. */
export const CreateWebhookSchema = Type.Object(
  {
    url: urlSchema,
    events: Type.Array(EventSelectorsSchema.items, { ...EventSelectorsSchema, default: ['*'] }),
    enabled: Type.Boolean({ default: true, description: 'false: nothing is sent and nothing new is queued.' }),
    description: Type.String({ maxLength: 256, default: '' }),
  },
  { additionalProperties: false, title: 'CreateWebhook' },
);
export type CreateWebhook = Type.Static<typeof CreateWebhookSchema>;

/** The body of `PATCH /v1/webhooks/{id}`: at least one of these. */
export const PatchWebhookSchema = Type.Object(
  {
    url: Type.Optional(urlSchema),
    events: Type.Optional(EventSelectorsSchema),
    enabled: Type.Optional(Type.Boolean()),
    description: Type.Optional(Type.String({ maxLength: 256 })),
  },
  { additionalProperties: false, minProperties: 1, title: 'PatchWebhook' },
);
export type PatchWebhook = Type.Static<typeof PatchWebhookSchema>;

/** The body of `POST /v1/webhooks/{id}/rotate-secret`. */
export const RotateSecretSchema = Type.Object(
  {
    overlapS: Type.Integer({
      minimum: limits.secretOverlapS.min,
      maximum: limits.secretOverlapS.max,
      default: 86_400,
      description: 'So many seconds both secrets sign.',
    }),
  },
  { additionalProperties: false, default: {}, title: 'RotateSecret' },
);
export type RotateSecret = Type.Static<typeof RotateSecretSchema>;

/** Where events are sent. The secret is shown once, when it is made. */
export const WebhookSchema = Type.Object(
  {
    id: Type.String({ description: '`wh_…`' }),
    url: Type.String(),
    events: EventSelectorsSchema,
    enabled: Type.Boolean(),
    disabledReason: Nullable(Type.String({ description: '`gone`: the target answered 410; null: not disabled, or by hand.' })),
    description: Type.String(),
    createdAt: Instant('Made.'),
    previousSecretUntil: Nullable(Instant('Until then the secret before signs too.')),
    secret: Type.Optional(Type.String({ description: '`whsec_…`; only in the answer that made it.' })),
  },
  { additionalProperties: false, title: 'Webhook' },
);
export type Webhook = Type.Static<typeof WebhookSchema>;

/** The answer of `GET /v1/webhooks`, oldest first. */
export const WebhookPageSchema = Type.Object({ items: Type.Array(WebhookSchema) }, { additionalProperties: false });

/** Where a delivery stands: waiting for its turn or next attempt, taken by the target, or given up. */
export const deliveryStates = ['pending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** One event on its way to one webhook. */
export const DeliverySchema = Type.Object(
  {
    id: Type.String({ description: '`dlv_…`' }),
    eventId: Type.String({ description: '`evt_…`' }),
    type: Type.String(),
    recordingId: Type.String(),
    state: Type.Enum([...deliveryStates]),
    attempts: Type.Integer({ minimum: 0, description: 'Since it was queued or replayed last.' }),
    createdAt: Instant('Queued first.'),
    queuedAt: Instant('Queued or replayed last.'),
    lastAttemptAt: Nullable(Instant('null: not tried yet.')),
    nextAttemptAt: Nullable(Instant('null: none. Earlier events of the same recording go first.')),
    status: Nullable(Type.Integer({ description: 'HTTP status of the last attempt; null: no answer.' })),
    durationMs: Nullable(Type.Number({ minimum: 0, description: 'Of the last attempt.' })),
    error: Nullable(Type.String({ description: 'Why the last attempt failed.' })),
    response: Nullable(Type.String({ description: 'Beginning of the last answer, at most 1 KiB.' })),
  },
  { additionalProperties: false, title: 'Delivery' },
);
export type Delivery = Type.Static<typeof DeliverySchema>;

/** A page of `GET /v1/webhooks/{id}/deliveries`, newest event first. */
export const DeliveryPageSchema = Type.Object(
  { items: Type.Array(DeliverySchema), nextCursor: Nullable(Type.String()) },
  { additionalProperties: false, title: 'DeliveryPage' },
);
export type DeliveryPage = Type.Static<typeof DeliveryPageSchema>;

/** What `GET /v1/webhooks/{id}/deliveries` can be narrowed by. */
export const DeliveryQuerySchema = Type.Object(
  {
    state: Type.Optional(Type.Enum([...deliveryStates])),
    recording: Type.Optional(Type.String({ pattern: '^rec_[0-9a-z]{26}$', description: '`rec_…`' })),
    limit: Type.Optional(
      Type.Integer({ minimum: limits.listItems.min, maximum: limits.listItems.max, description: 'Items of a page; 50 when left out.' }),
    ),
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: '`nextCursor` of the page before.' })),
  },
  { additionalProperties: false },
);
export type DeliveryQuery = Type.Static<typeof DeliveryQuerySchema>;

/** The body of `POST /v1/webhooks/{id}/replay`: which kept events are sent again, or for the first time. */
export const ReplaySchema = Type.Object(
  {
    from: InstantSchema('Events that happened at or after.'),
    to: Type.Optional(InstantSchema('Events that happened before; now when left out.')),
    state: Type.Optional(Type.Enum(['failed'], { description: 'Only deliveries that were given up.' })),
    recording: Type.Optional(Type.String({ pattern: '^rec_[0-9a-z]{26}$', description: '`rec_…`' })),
  },
  { additionalProperties: false, title: 'Replay' },
);
export type Replay = Type.Static<typeof ReplaySchema>;

/** The answer of a replay: how many deliveries wait again. */
export const ReplayedSchema = Type.Object({ queued: Type.Integer({ minimum: 0 }) }, { additionalProperties: false, title: 'Replayed' });

/** The request of `POST /v1/webhooks`. @throws {ValidationError} INVALID_REQUEST naming field and allowed range. */
export function parseCreateWebhook(value: unknown): CreateWebhook {
  const request = readValue(CreateWebhookSchema, value) as CreateWebhook;
  checkHttpUrl(request.url, 'url');
  return request;
}

/** The request of `PATCH /v1/webhooks/{id}`. @throws {ValidationError} INVALID_REQUEST naming field and allowed range. */
export function parsePatchWebhook(value: unknown): PatchWebhook {
  const request = readValue(PatchWebhookSchema, value) as PatchWebhook;
  if (request.url !== undefined) checkHttpUrl(request.url, 'url');
  return request;
}

/** Refuses what is not an http(s) address without credentials and fragment. @throws {ValidationError} INVALID_REQUEST */
export function checkHttpUrl(text: string, field: string): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new ValidationError(field, 'must be an http:// or https:// address', text);
  if (url.username !== '' || url.password !== '') throw new ValidationError(field, 'must not carry a user name or password');
  if (url.hash !== '') throw new ValidationError(field, 'must not have a fragment (#…)', text);
}
