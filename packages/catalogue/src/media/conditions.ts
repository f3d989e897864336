import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { MediaQuery, MediaStream } from './types.ts';

type Condition = RawBuilder<boolean>;

/** The name of a file: what somebody wrote, else its key without folders and ending. */
export const mediaName = sql<string>`coalesce(m.name, regexp_replace(regexp_replace(f.key, '^.*/', ''), '[.][^.]*$', ''))`;

const appId = (own: string): RawBuilder<string> => sql<string>`coalesce(r.dialect_app_id, ${own}::text)`;

/** Whose stream a file of one participant holds, as legacy stream ids name it. */
const plainStream = sql<string>`r.room || '_' || f.participant || '_' || case when f.source like 'screen%' then 'aux' else 'main' end`;

const expiry = sql<Date>`coalesce(r.ended_at + (r.request ->> 'retentionDays')::integer * interval '1 day', '9999-12-31T23:59:59Z'::timestamptz)`;

/** What a {@link MediaQuery} asks of a row; `f` are the files, `r` their recordings, `m` what was written beside them. */
export function conditions(query: MediaQuery): readonly Condition[] {
  const { from, to, isToExcluded } = query;
  return [
    ...oneOf(query.fileIds, (ids) => sql<boolean>`f.id = any(${ids}::text[])`),
    ...each(query.names, (name) => sql<boolean>`${mediaName} ilike ${part(name)}`),
    ...each(query.namePrefixes, (prefix) => sql<boolean>`starts_with(${mediaName}, ${prefix})`),
    ...each(query.descriptions, (text) => sql<boolean>`m.description ilike ${part(text)}`),
    ...each(
      query.text === undefined ? undefined : [query.text],
      (text) => sql<boolean>`(${mediaName} ilike ${part(text)} or m.description ilike ${part(text)})`,
    ),
    ...oneOf(query.formats, (formats) => sql<boolean>`f.format = any(${formats}::text[])`),
    ...oneOf(query.kinds, (kinds) => sql<boolean>`case when f.video_codec is null then 'audio' else 'video' end = any(${kinds}::text[])`),
    ...oneOf(
      query.classIds,
      (ids) => sql<boolean>`coalesce(m.class_id, (r.origin -> 'details' ->> 'classId')::bigint, 0) = any(${ids}::bigint[])`,
    ),
    ...oneOf(query.tags, (tags) => sql<boolean>`m.tags && ${tags}::text[]`),
    ...oneOf(query.rooms, (rooms) => sql<boolean>`r.room = any(${rooms}::text[])`),
    ...oneOf(query.appIds, (ids) => sql<boolean>`${appId(query.ownAppId)} = any(${ids}::text[])`),
    ...each(query.streams, ofStream),
    ...each(
      query.isLegacy === undefined ? undefined : [query.isLegacy],
      (isLegacy) => sql<boolean>`(coalesce(r.origin -> 'details' ->> 'kind', '') in ('mix', 'stream')) = ${isLegacy}`,
    ),
    ...each(query.expiresFrom && [query.expiresFrom], (date) => sql<boolean>`${expiry} >= ${date}`),
    ...each(query.expiresTo && [query.expiresTo], (date) => sql<boolean>`${expiry} <= ${date}`),
    ...(from === undefined ? [] : [sql<boolean>`f.created_at >= ${from}`]),
    ...(to === undefined ? [] : [isToExcluded === true ? sql<boolean>`f.created_at < ${to}` : sql<boolean>`f.created_at <= ${to}`]),
  ];
}

function ofStream({ mixed, plain, digest }: MediaStream): Condition {
  return sql<boolean>`(r.origin -> 'details' ->> 'streamId' = ${mixed} or ${plainStream} = ${plain}::text or md5(${plainStream}) = ${digest}::text)`;
}

function oneOf<T>(values: readonly T[] | undefined, condition: (values: T[]) => Condition): readonly Condition[] {
  return values === undefined ? [] : [condition([...values])];
}

function each<T>(values: readonly T[] | undefined, condition: (value: T) => Condition): readonly Condition[] {
  if (values === undefined) return [];
  return values.length === 0 ? [sql<boolean>`false`] : [sql<boolean>`(${sql.join(values.map(condition), sql` or `)})`];
}

/** Any text that holds this one. */
const part = (text: string): string => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
