import Type from 'typebox';
import { ValidationError } from './errors.ts';
import { InstantSchema } from './instant.ts';

/** What was made: one picture of everybody, a file per person or track, or sound alone. */
export const usageModes = ['composite', 'individual', 'audio'] as const;
export type UsageMode = (typeof usageModes)[number];

/** Resolution tiers by area, from small to large. */
export const usageTiers = ['audio', 'sd', 'hd', 'fhd', '2k', '4k'] as const;
export type UsageTier = (typeof usageTiers)[number];

const largestPixels: readonly (readonly [UsageTier, number])[] = [
  ['sd', 640 * 480],
  ['hd', 1280 * 720],
  ['fhd', 1920 * 1080],
  ['2k', 2560 * 1440],
];

/** The tier of a picture of so many pixels: SD up to 640×480, HD to 1280×720, Full HD to 1920×1080, 2K to 2560×1440, else 4K; `audio` without one. */
export function usageTier(width: number | null, height: number | null): UsageTier {
  if (width === null || height === null) return 'audio';
  return largestPixels.find(([, pixels]) => width * height <= pixels)?.[0] ?? '4k';
}

/** The query of `GET /v1/usage`. */
export const UsageQuerySchema = Type.Object(
  {
    from: Type.Optional(InstantSchema('From this instant; 30 days before `to` when left out.', true)),
    to: Type.Optional(InstantSchema('Until before this instant; now when left out.', true)),
    groupBy: Type.Optional(Type.Enum(['day', 'month'], { description: 'Days and months of UTC; `day` when left out.' })),
  },
  { additionalProperties: false },
);
export type UsageQuery = Type.Static<typeof UsageQuerySchema>;

const counts = {
  recordings: Type.Integer({ minimum: 0 }),
  seconds: Type.Number({ minimum: 0, description: 'Recorded media, to the millisecond.' }),
  minutes: Type.Number({ minimum: 0, description: '`seconds` / 60, to two decimals.' }),
};

/** The answer of `GET /v1/usage`: minutes that were recorded, of recordings deleted since too. A file in several formats counts once. */
export const UsageSchema = Type.Object(
  {
    application: Type.String({ description: '`app_…`' }),
    from: Type.String({ format: 'date-time' }),
    to: Type.String({ format: 'date-time' }),
    groupBy: Type.Enum(['day', 'month']),
    items: Type.Array(
      Type.Object(
        {
          period: Type.String({ description: '`2026-01-31` or `2026-01`, in UTC.' }),
          mode: Type.Enum([...usageModes]),
          tier: Type.Enum([...usageTiers], {
            description: 'By area: sd ≤ 640×480, hd ≤ 1280×720, fhd ≤ 1920×1080, 2k ≤ 2560×1440, 4k above.',
          }),
          ...counts,
        },
        { additionalProperties: false },
      ),
    ),
    total: Type.Object(counts, { additionalProperties: false }),
  },
  { additionalProperties: false, title: 'Usage' },
);
export type Usage = Type.Static<typeof UsageSchema>;

const longestMs = 400 * 86_400_000;

/** The times of a usage query as instants, `to` excluded; a date alone is its beginning in UTC. @throws {ValidationError} INVALID_REQUEST */
export function usageRange(query: Pick<UsageQuery, 'from' | 'to'>, now: Date = new Date()): { from: Date; to: Date } {
  const to = query.to === undefined ? now : new Date(query.to);
  const from = query.from === undefined ? new Date(to.getTime() - 30 * 86_400_000) : new Date(query.from);
  if (from >= to) throw new ValidationError('from', 'must be before "to"', query.from);
  if (to.getTime() - from.getTime() > longestMs) throw new ValidationError('from', 'must be at most 400 days before "to"', query.from);
  return { from, to };
}
