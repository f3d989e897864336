import type { MediaQuery } from '@tapedeck/catalogue';
import { beginsWithDay } from '../parameters/calendar.ts';
import { mediaCodes } from '../parameters/code-style.ts';
import type { SearchMedia } from '../parameters/media-schemas.ts';
import { outOfRange } from '../parameters/read-parameters.ts';
import { readStreamId } from './stream-id.ts';

const mostFound = 5000;
const usualLimit = 10;

/**
 * The native search of SearchMedia; null when it can find nothing here: it asks for pictures, for live domains, for files that are forbidden, stored cold or reviewed.
 *
 * @throws {TencentError} InvalidParameterValue.* for an instant that is none and a page beyond the 5000th file.
 */
export function toMediaQuery(call: SearchMedia, ownAppId: number, bizId: number | null): MediaQuery | null {
  const { Offset = 0, Limit = usualLimit, Sort, SourceTypes = call.SourceType === undefined ? [] : [call.SourceType] } = call;
  if (Offset + Limit > mostFound) throw outOfRange(mediaCodes, 'Offset', `must be at most ${mostFound} together with Limit`);
  const kinds = call.Categories?.flatMap((name) =>
    name === 'Video' ? (['video'] as const) : name === 'Audio' ? (['audio'] as const) : [],
  );
  const streams = [...(call.StreamIds ?? []), ...(call.StreamId === undefined ? [] : [call.StreamId])];
  if (isElsewhere(call) || (isGiven(call.Categories) && kinds?.length === 0)) return null;
  const isLegacy = SourceTypes.includes('Record');
  const isRecording = SourceTypes.includes('TrtcRecord');
  if (SourceTypes.length > 0 && !isLegacy && !isRecording) return null;
  return {
    ...list('fileIds', call.FileIds),
    ...list('names', call.Names),
    ...list('namePrefixes', call.NamePrefixes),
    ...list('descriptions', call.Descriptions),
    ...(call.Text !== undefined && call.Text !== '' && { text: call.Text }),
    ...list('classIds', call.ClassIds?.filter(Number.isSafeInteger)),
    ...list('tags', call.Tags),
    ...list('kinds', isGiven(call.Categories) ? kinds : undefined),
    ...list('formats', isGiven(call.MediaTypes) ? call.MediaTypes?.map((type) => type.toLowerCase().replace('m3u8', 'hls')) : undefined),
    ...list('rooms', call.TrtcRoomIds),
    ...list('appIds', call.TrtcSdkAppIds?.map(String)),
    ...list('streams', streams.length > 0 ? streams.map((id) => readStreamId(id, bizId)) : undefined),
    ...(SourceTypes.length > 0 && isLegacy !== isRecording && { isLegacy }),
    ...times(call),
    ...{ ownAppId: String(ownAppId), order: Sort?.Order === 'Asc' ? 'asc' : 'desc', offset: Offset, limit: Limit },
  };
}

/** An empty list says nothing, as if it had been left out. */
const isGiven = (values: readonly unknown[] | undefined): boolean => values !== undefined && values.length > 0;

function list<K extends string, T>(name: K, values: readonly T[] | undefined): Partial<Record<K, readonly T[]>> {
  return values === undefined || (values.length === 0 && name !== 'kinds' && name !== 'classIds')
    ? {}
    : ({ [name]: values } as Partial<Record<K, readonly T[]>>);
}

/** Every file here is normal, not reviewed, in standard storage, of no knowledge base and of no live domain. */
function isElsewhere({ Status, ReviewResults, StorageClasses, KnowledgeBases, StreamDomains, StreamPaths }: SearchMedia): boolean {
  const lacks = (values: readonly string[] | undefined, ours: string): boolean => isGiven(values) && values?.includes(ours) !== true;
  return (
    lacks(Status, 'Normal') ||
    lacks(ReviewResults, 'notModerated') ||
    lacks(StorageClasses, 'STANDARD') ||
    [KnowledgeBases, StreamDomains, StreamPaths].some(isGiven)
  );
}

function times({ CreateTime, ExpireTime, StartTime, EndTime }: SearchMedia): Partial<MediaQuery> {
  const from = instant(CreateTime?.After ?? StartTime, CreateTime?.After === undefined ? 'StartTime' : 'CreateTime.After');
  const to = instant(CreateTime?.Before ?? EndTime, CreateTime?.Before === undefined ? 'EndTime' : 'CreateTime.Before');
  const expiresFrom = instant(ExpireTime?.After, 'ExpireTime.After');
  const expiresTo = instant(ExpireTime?.Before, 'ExpireTime.Before');
  return {
    ...(from !== null && { from }),
    ...(to !== null && { to, isToExcluded: CreateTime?.Before === undefined }),
    ...(expiresFrom !== null && { expiresFrom }),
    ...(expiresTo !== null && { expiresTo }),
  };
}

function instant(text: string | undefined, path: string): Date | null {
  if (text === undefined) return null;
  const date = new Date(text);
  if (Number.isNaN(date.getTime()) || !beginsWithDay(text)) throw outOfRange(mediaCodes, path, 'must be an instant of the calendar');
  return date;
}
