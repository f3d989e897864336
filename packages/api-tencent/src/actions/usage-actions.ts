import type { Usage, UsageMode, UsageTier } from '@tapedeck/protocol';
import Type from 'typebox';
import { TencentError } from '../errors.ts';
import { beginsWithDay } from '../parameters/calendar.ts';
import { usageCodes } from '../parameters/code-style.ts';
import { outOfRange } from '../parameters/read-parameters.ts';
import { SdkAppIdSchema } from '../parameters/recording-schemas.ts';
import { defineAction } from './action.ts';
import type { ActionContext } from './action.ts';
import { checkOwnApp } from './own-app.ts';

const strict = { additionalProperties: false } as const;
const facts = { version: '2019-07-22', internalCode: 'InternalError', codes: usageCodes, isWrite: false } as const;
const Day = Type.String({ pattern: String.raw`^\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}:\d{2})?$`, description: 'a day such as 2026-01-31' });
const span = { StartTime: Day, EndTime: Day, SdkAppId: Type.Optional(SdkAppIdSchema) };
const dayMs = 86_400_000;
const mostDays = 31;

const tiers = ['audio', 'sd', 'hd', 'fhd', '2k', '4k'] as const satisfies readonly UsageTier[];
const recordingKeys = ['Audio', 'SD', 'HD', 'FullHD', '2K', '4K'];
const mixKeys = ['Audio', ...['H264', 'H265'].flatMap((codec) => ['SD', 'HD', 'FullHD', '2K', '4K'].map((tier) => `${tier}${codec}`))];

/** Recorded minutes per day and resolution: of single streams (`single`) or mixed (`multi`). */
export const describeRecordingUsage = defineAction({
  ...{ ...facts, schema: Type.Object({ ...span, MixType: Type.Enum(['single', 'multi']) }, strict) },
  run: async (context, { MixType, ...call }) => {
    const days = await readDays(context, call);
    const mode = MixType === 'multi' ? 'composite' : 'individual';
    return { UsageKey: recordingKeys, UsageList: days.map(({ date, usage }) => entry(date, tiers.map((tier) => minutes(usage, date, mode, tier)))) }; // prettier-ignore
  },
});

/** Mixed minutes per day and resolution; everything is H.264. */
export const describeMixTranscodingUsage = defineAction({
  ...{ ...facts, schema: Type.Object(span, strict) },
  run: async (context, call) => {
    const days = await readDays(context, call);
    const noH265 = [0, 0, 0, 0, 0];
    return {
      UsageKey: mixKeys,
      UsageList: days.map(({ date, usage }) => entry(date, [...tiers.map((tier) => minutes(usage, date, 'composite', tier)), ...noH265])),
    };
  },
});

/** Sound alone is not told apart by what it was made of: it counts as mixed. */
function minutes({ items }: Usage, date: string, mode: UsageMode, tier: UsageTier): number {
  const isAudio = tier === 'audio';
  if (isAudio && mode === 'individual') return 0;
  return items
    .filter((item) => item.period === date && item.tier === tier && item.mode === (isAudio ? 'audio' : mode))
    .reduce((sum, item) => sum + item.minutes, 0);
}

function entry(date: string, UsageValue: readonly number[]): object {
  return { TimeKey: `${date} 00:00:00`, TimeStampKey: Date.parse(`${date}T00:00:00Z`) / 1000, UsageValue };
}

interface UsageCall {
  readonly StartTime: string;
  readonly EndTime: string;
  readonly SdkAppId?: number | undefined;
}

/** Every day of the span, both ends included, in UTC. */
async function readDays(context: ActionContext, { StartTime, EndTime, SdkAppId }: UsageCall): Promise<{ date: string; usage: Usage }[]> {
  const [fromMs, toMs] = [dayOf(StartTime, 'StartTime'), dayOf(EndTime, 'EndTime')];
  if (toMs < fromMs) throw outOfRange(usageCodes, 'EndTime', 'must not be before StartTime');
  if (toMs - fromMs >= mostDays * dayMs)
    throw new TencentError('InvalidParameter.QueryScaleOversize', `StartTime and EndTime may be at most ${mostDays} days apart.`);
  if (SdkAppId !== undefined) await checkOwnApp(context, SdkAppId, 'InvalidParameter.SdkAppId');
  const range = { from: new Date(fromMs).toISOString(), to: new Date(toMs + dayMs).toISOString(), groupBy: 'day' } as const;
  const usage = await context.options.catalogue.usage(context.application.id, range);
  const count = Math.round((toMs - fromMs) / dayMs) + 1;
  return Array.from({ length: count }, (_, index) => ({ date: new Date(fromMs + index * dayMs).toISOString().slice(0, 10), usage }));
}

function dayOf(text: string, path: string): number {
  if (!beginsWithDay(text)) throw outOfRange(usageCodes, path, 'must be a day of the calendar');
  return Date.parse(`${text.slice(0, 10)}T00:00:00Z`);
}
