import { FileNotFoundError, InvalidStateError } from '@tapedeck/catalogue';
import type { MediaItem } from '@tapedeck/catalogue';
import { TencentError } from '../errors.ts';
import { noExpiry, toMediaInfo } from '../mapping/to-media-info.ts';
import { toMediaQuery } from '../mapping/to-media-query.ts';
import { mediaCodes } from '../parameters/code-style.ts';
import { DeleteMediaSchema, DescribeMediaInfosSchema, ModifyMediaInfoSchema, SearchMediaSchema } from '../parameters/media-schemas.ts';
import { outOfRange } from '../parameters/read-parameters.ts';
import { defineAction } from './action.ts';
import type { ActionContext } from './action.ts';

const facts = { version: '2018-07-17', internalCode: 'InternalError', codes: mediaCodes } as const;
/** The longest that an address is signed for; the vendor's are for good. */
const urlLifeS = 604_800;
/** What a search counts to, at most. */
const mostFound = 5000;
const mostTags = 16;

/** Files of the library by what they are called and where they come from. */
export const searchMedia = defineAction({
  ...{ ...facts, schema: SearchMediaSchema, isWrite: false },
  run: async (context, call) => {
    const { tencent } = await context.options.catalogue.applications.settings(context.application.id);
    const ownAppId = tencent.sdkAppIds[0] ?? 0;
    const query = toMediaQuery(call, ownAppId, tencent.bizId);
    if (query === null) return { TotalCount: 0, MediaInfoSet: [] };
    const { total, items } = await context.options.catalogue.media.search(context.application.id, query);
    return { TotalCount: Math.min(mostFound, total), MediaInfoSet: items.map((item) => show(context, item, ownAppId, call.Filters)) };
  },
});

/** Files by their ids; those that there are not are named. */
export const describeMediaInfos = defineAction({
  ...{ ...facts, schema: DescribeMediaInfosSchema, isWrite: false },
  run: async (context, { FileIds, Filters }) => {
    const { tencent } = await context.options.catalogue.applications.settings(context.application.id);
    const items = await context.options.catalogue.media.byIds(context.application.id, FileIds);
    const byId = new Map(items.map((item) => [item.file.id, item]));
    const asked = [...new Set(FileIds)];
    const found = asked.flatMap((id) => byId.get(id) ?? []);
    return {
      MediaInfoSet: found.map((item) => show(context, item, tencent.sdkAppIds[0] ?? 0, Filters)),
      NotExistFileIdSet: asked.filter((id) => !byId.has(id)),
    };
  },
});

function show(
  { options, application, origin }: ActionContext,
  item: MediaItem,
  ownAppId: number,
  filters: readonly string[] | undefined,
): object {
  const { storage, key, format } = item.file;
  const url = options.files.url({ applicationId: application.id, storage, key, format }, origin, urlLifeS);
  return toMediaInfo(item, { url, ownAppId, filters });
}

/** Removes a file, wherever it lies. Parts that only VOD makes are never there, so removing them alone does nothing. */
export const deleteMedia = defineAction({
  ...{ ...facts, schema: DeleteMediaSchema, isWrite: true },
  run: async (context, { FileId, DeleteParts = [] }) => {
    const { recording } = await findItem(context, FileId);
    if (DeleteParts.length > 0 && !DeleteParts.some(({ Type }) => Type === 'OriginalFiles')) return {};
    const { catalogue, files } = context.options;
    const { id } = context.application;
    try {
      await catalogue.recordings.deleteFile(id, recording.id, FileId, (place) => files.remove(id, place));
    } catch (cause) {
      if (cause instanceof FileNotFoundError) throw unknownFile(FileId);
      if (cause instanceof InvalidStateError)
        throw new TencentError('FailedOperation', 'The recording of this file has not ended yet.', { cause });
      throw cause;
    }
    return {};
  },
});

/** Writes beside a file what the vendor's library knows of it. */
export const modifyMediaInfo = defineAction({
  ...{ ...facts, schema: ModifyMediaInfoSchema, isWrite: true },
  run: async (context, { FileId, Name, Description, ClassId, ExpireTime, AddTags, DeleteTags, ClearTags }) => {
    const { info, recording } = await findItem(context, FileId);
    const isForGood = recording.retentionDays === null && ExpireTime === noExpiry;
    if (ExpireTime !== undefined && !isForGood)
      throw new TencentError('UnsupportedOperation', 'ExpireTime is that of the recording and cannot be changed for one file.');
    if (ClearTags === 1 && AddTags !== undefined) throw outOfRange(mediaCodes, 'ClearTags', 'must not be given together with AddTags');
    const kept = ClearTags === 1 ? [] : info.tags.filter((tag) => DeleteTags?.includes(tag) !== true);
    const tags = [...new Set([...kept, ...(AddTags ?? [])])];
    if (tags.length > mostTags) throw outOfRange(mediaCodes, 'AddTags', `must leave the file with at most ${mostTags} tags`);
    await context.options.catalogue.media.describe(context.application.id, FileId, {
      ...{ tags, ...(Name !== undefined && { name: Name }), ...(Description !== undefined && { description: Description }) },
      ...(ClassId !== undefined && { classId: ClassId }),
    });
    return {};
  },
});

async function findItem({ options, application }: ActionContext, fileId: string): Promise<MediaItem> {
  const [item] = await options.catalogue.media.byIds(application.id, [fileId]);
  if (item === undefined) throw unknownFile(fileId);
  return item;
}

const unknownFile = (fileId: string): TencentError =>
  new TencentError('InvalidParameterValue.FileId', `There is no file ${JSON.stringify(fileId.slice(0, 40))}.`);
