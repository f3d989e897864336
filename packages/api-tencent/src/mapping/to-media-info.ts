import type { MediaItem } from '@tapedeck/catalogue';
import { mediaNameOf } from './file-facts.ts';
import { streamIdOfFile } from './stream-id.ts';
import { detailsOf } from './task-details.ts';

/** Never. */
export const noExpiry = '9999-12-31T23:59:59Z';
const dayMs = 86_400_000;

/** Parts of MediaInfo that a recording has nothing for. */
const absent = Object.freeze({
  ...{ TranscodeInfo: null, AnimatedGraphicsInfo: null, SampleSnapshotInfo: null, ImageSpriteInfo: null, SnapshotByTimeOffsetInfo: null },
  ...{ KeyFrameDescInfo: null, AdaptiveDynamicStreamingInfo: null, MiniProgramReviewInfo: null, SubtitleInfo: null, ReviewInfo: null },
  ...{ MPSAiMediaInfo: null, ImageUnderstandingInfo: null, KnowledgeBasesInfo: null, FaceRecognitionInfo: null },
});

/** What a file is shown with besides itself. */
export interface MediaView {
  /** A signed address. */
  readonly url: string;
  /** What recordings of the native API are taken to have been made with. */
  readonly ownAppId: number;
  /** Parts to show; undefined: all. */
  readonly filters: readonly string[] | undefined;
}

/** One file as the vendor's VOD shows it. */
export function toMediaInfo(item: MediaItem, { url, ownAppId, filters }: MediaView): object {
  const isWanted = (part: string): boolean => filters === undefined || filters.length === 0 || filters.includes(part);
  return {
    FileId: item.file.id,
    BasicInfo: isWanted('basicInfo') ? basicInfo(item, url, ownAppId) : null,
    MetaData: isWanted('metaData') ? metaData(item) : null,
    ...absent,
  };
}

function basicInfo(item: MediaItem, url: string, ownAppId: number): object {
  const { file, info, createdAt, origin } = item;
  const classId = info.classId ?? (origin === null ? 0 : detailsOf(origin).classId);
  return {
    Name: info.name ?? mediaNameOf(file.key),
    Description: info.description ?? '',
    CreateTime: seconds(createdAt),
    UpdateTime: seconds(info.updatedAt ?? createdAt),
    ExpireTime: expiry(item),
    ...{ ClassId: classId, ClassName: '', ClassPath: '', CoverUrl: '', Type: file.format, MediaUrl: url },
    SourceInfo: sourceInfo(item, ownAppId),
    ...{ StorageRegion: '', StoragePath: file.key, TagSet: info.tags, Vid: '', Category: file.videoCodec === null ? 'Audio' : 'Video' },
    ...{ Status: 'Normal', StorageClass: 'STANDARD' },
  };
}

/** Files of the legacy scheme are live recordings. A recording of the native API shows its own id for the task. */
function sourceInfo({ file, recording, origin }: MediaItem, ownAppId: number): object {
  const details = origin === null ? null : detailsOf(origin);
  const SourceContext = details?.sourceContext ?? '';
  const none = { LiveRecordInfo: null, TrtcRecordInfo: null, WebPageRecordInfo: null };
  if (origin !== null && details !== null && details.kind !== 'recording') {
    const startMs = Date.parse(recording.startedAt ?? recording.createdAt) + file.startMs;
    const StreamId = streamIdOfFile(file, recording.room, origin);
    const span = { RecordStartTime: seconds(startMs), RecordEndTime: seconds(startMs + file.durationMs) };
    return { SourceType: 'Record', SourceContext, ...none, LiveRecordInfo: { Domain: '', Path: '', StreamId, ...span } };
  }
  const UserIds = file.participant === null ? recording.participants : [file.participant];
  const record = { SdkAppId: Number(origin?.appId ?? ownAppId), RoomId: recording.room, TaskId: origin?.taskId ?? recording.id, UserIds };
  return { SourceType: 'TrtcRecord', SourceContext, ...none, TrtcRecordInfo: record };
}

function metaData({ file }: MediaItem): object {
  const { sizeBytes, durationMs, width, height, videoCodec, audioCodec, format } = file;
  const duration = durationMs / 1000;
  return {
    Size: sizeBytes,
    Container: format === 'mp4' || format === 'm4a' ? 'mov,mp4,m4a,3gp,3g2,mj2' : format,
    Bitrate: duration > 0 ? Math.round((sizeBytes * 8) / duration) : 0,
    ...{ Height: height ?? 0, Width: width ?? 0, Duration: duration, Rotate: 0 },
    VideoStreamSet: videoCodec === null ? [] : [{ Height: height ?? 0, Width: width ?? 0, Codec: videoCodec }],
    AudioStreamSet: audioCodec === null ? [] : [{ Codec: audioCodec }],
    ...{ VideoDuration: videoCodec === null ? 0 : duration, AudioDuration: audioCodec === null ? 0 : duration, Md5: '' },
  };
}

function expiry({ recording: { endedAt, retentionDays } }: MediaItem): string {
  return endedAt === null || retentionDays === null ? noExpiry : seconds(Date.parse(endedAt) + retentionDays * dayMs);
}

/** ISO 8601 in UTC without a fraction, as the vendor writes it. */
const seconds = (at: string | number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
