import Type from 'typebox';

const optional = Type.Optional;
const strict = { additionalProperties: false } as const;
const id = Type.Integer({ minimum: 0 });
const texts = (maxItems: number, maxLength: number) => optional(Type.Array(Type.String({ maxLength }), { maxItems }));
const choices = (values: string[], maxItems = 20) => optional(Type.Array(Type.Enum(values), { maxItems }));
const Instant = Type.String({
  maxLength: 40,
  pattern: String.raw`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$`,
  description: 'an ISO 8601 instant such as 2026-01-31T08:00:00Z',
});
const TimeRange = optional(Type.Object({ After: optional(Instant), Before: optional(Instant) }, strict));
const sourceTypes = ['Record', 'Upload', 'VideoProcessing', 'TrtcRecord', 'WebPageRecord', 'Unknown'];
const SubAppId = optional(id);

/** Parts of MediaInfo that can be asked for. */
const Filters = optional(
  Type.Array(
    Type.Enum([
      ...['basicInfo', 'metaData', 'transcodeInfo', 'animatedGraphicsInfo', 'imageSpriteInfo', 'snapshotByTimeOffsetInfo'],
      ...['sampleSnapshotInfo', 'keyFrameDescInfo', 'adaptiveDynamicStreamingInfo', 'miniProgramReviewInfo', 'subtitleInfo', 'reviewInfo'],
      ...['mpsAiMediaInfo', 'knowledgeBasesInfo', 'imageUnderstandingInfo', 'faceRecognitionInfo'],
    ]),
    { maxItems: 20 },
  ),
);

/** Parameters of SearchMedia. */
export const SearchMediaSchema = Type.Object(
  {
    SubAppId,
    FileIds: texts(10, 40),
    Names: texts(10, 100),
    NamePrefixes: texts(10, 100),
    Descriptions: texts(10, 100),
    ClassIds: optional(Type.Array(Type.Integer(), { maxItems: 10 })),
    Tags: texts(16, 32),
    Categories: choices(['Video', 'Audio', 'Image']),
    SourceTypes: choices(sourceTypes, 10),
    StreamIds: texts(10, 512),
    StreamDomains: texts(20, 256),
    StreamPaths: texts(20, 256),
    TrtcSdkAppIds: optional(Type.Array(Type.Integer(), { maxItems: 10 })),
    TrtcRoomIds: texts(10, 64),
    MediaTypes: texts(10, 32),
    Status: choices(['Normal', 'SystemForbidden', 'Forbidden']),
    ReviewResults: choices(['pass', 'review', 'block', 'notModerated']),
    StorageRegions: texts(20, 20),
    StorageClasses: choices(['STANDARD', 'STANDARD_IA', 'ARCHIVE', 'DEEP_ARCHIVE']),
    KnowledgeBases: texts(20, 256),
    CreateTime: TimeRange,
    ExpireTime: TimeRange,
    Filters,
    Sort: optional(Type.Object({ Field: Type.Enum(['CreateTime']), Order: optional(Type.Enum(['Asc', 'Desc'])) }, strict)),
    Offset: optional(Type.Integer({ minimum: 0, maximum: 5000 })),
    Limit: optional(Type.Integer({ minimum: 0, maximum: 5000 })),
    Text: optional(Type.String({ maxLength: 64 })),
    SourceType: optional(Type.Enum(sourceTypes)),
    StreamId: optional(Type.String({ maxLength: 512 })),
    StartTime: optional(Instant),
    EndTime: optional(Instant),
    Vids: texts(20, 256),
    Vid: optional(Type.String({ maxLength: 256 })),
  },
  strict,
);
export type SearchMedia = Type.Static<typeof SearchMediaSchema>;

/** Parameters of DescribeMediaInfos. */
export const DescribeMediaInfosSchema = Type.Object(
  { FileIds: Type.Array(Type.String({ maxLength: 40 }), { maxItems: 20 }), SubAppId, Filters },
  strict,
);

const FileId = Type.String({ minLength: 1, maxLength: 40 });

/** Parameters of DeleteMedia. */
export const DeleteMediaSchema = Type.Object(
  {
    FileId,
    SubAppId,
    DeleteParts: optional(
      Type.Array(
        Type.Object(
          {
            Type: Type.Enum([
              ...[
                'OriginalFiles',
                'TranscodeFiles',
                'AdaptiveDynamicStreamingFiles',
                'WechatPublishFiles',
                'WechatMiniProgramPublishFiles',
              ],
            ]),
            Definition: optional(id),
          },
          strict,
        ),
        { maxItems: 20 },
      ),
    ),
  },
  strict,
);

/** Parameters of ModifyMediaInfo; those that this library has nothing for are named, so that they can be refused by name. */
export const ModifyMediaInfoSchema = Type.Object(
  {
    FileId,
    SubAppId,
    Name: optional(Type.String({ maxLength: 64 })),
    Description: optional(Type.String({ maxLength: 128 })),
    ClassId: optional(id),
    ExpireTime: optional(Instant),
    AddTags: texts(16, 32),
    DeleteTags: texts(16, 32),
    ClearTags: optional(Type.Integer()),
  },
  strict,
);
