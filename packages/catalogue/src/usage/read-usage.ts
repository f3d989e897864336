import { usageRange } from '@tapedeck/protocol';
import type { Usage, UsageMode, UsageQuery, UsageTier } from '@tapedeck/protocol';
import { sql } from 'kysely';
import type { Database } from '../database.ts';

interface UsageRow {
  readonly period: string;
  readonly mode: UsageMode;
  readonly tier: UsageTier;
  readonly recordings: number;
  readonly ms: number;
}

/** An application's recorded time within a range, cut at its ends and at midnight UTC. */
export async function readUsage(db: Database, applicationId: string, query: UsageQuery): Promise<Usage> {
  const { from, to } = usageRange(query);
  const { groupBy = 'day' } = query;
  const format = groupBy === 'day' ? 'YYYY-MM-DD' : 'YYYY-MM';
  // Of the formats of a unit the one with picture and the most time stands for all of them.
  const pieces = sql`with own as (
      select * from tapedeck.usage where application_id = ${applicationId} and started_at < ${to} and ended_at > ${from}),
    chosen as (
      select distinct on (recording_id, unit) recording_id, unit, format from (
        select recording_id, unit, format, bool_or(tier <> 'audio') as has_picture, sum(ended_at - started_at) as total
        from own group by recording_id, unit, format) formats
      order by recording_id, unit, has_picture desc, total desc, format),
    pieces as (
      select recording_id, mode, tier, day,
        extract(epoch from least(ended_at, day + interval '24 hours', ${to}) - greatest(started_at, day, ${from})) * 1000 as ms
      from own join chosen using (recording_id, unit, format)
      cross join lateral generate_series(date_trunc('day', greatest(started_at, ${from}), 'UTC'), least(ended_at, ${to}), interval '24 hours') as day)`;
  const { rows } = await sql<UsageRow>`${pieces}
    select to_char(day at time zone 'UTC', ${format}) as period, mode, tier, count(distinct recording_id)::integer as recordings, sum(ms)::float8 as ms
    from pieces where ms > 0 group by 1, 2, 3 order by 1, 2, 3`.execute(db);
  const { rows: sums } = await sql<Pick<UsageRow, 'recordings' | 'ms'>>`${pieces}
    select count(distinct recording_id)::integer as recordings, coalesce(sum(ms), 0)::float8 as ms from pieces where ms > 0`.execute(db);
  return {
    ...{ application: applicationId, from: from.toISOString(), to: to.toISOString(), groupBy },
    items: rows.map(({ period, mode, tier, ...counts }) => ({ period, mode, tier, ...inUnits(counts) })),
    total: inUnits(sums[0] ?? { recordings: 0, ms: 0 }),
  };
}

function inUnits({ recordings, ms }: Pick<UsageRow, 'recordings' | 'ms'>): Usage['total'] {
  return { recordings, seconds: Math.round(ms) / 1000, minutes: Math.round(ms / 600) / 100 };
}
