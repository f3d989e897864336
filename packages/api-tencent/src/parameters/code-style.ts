/** Which of the vendor's codes a service uses for a parameter that is missing or out of range. `path`: `RecordParams.RecordMode`. */
export interface CodeStyle {
  missing(path: string): string;
  outOfRange(path: string): string;
}

const leafOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
const topOf = (path: string): string => path.split('.')[0] ?? '';

const recordingNames = new Set([
  ...['SdkAppId', 'TaskId', 'UserId', 'RoomId', 'UserSig', 'RecordParams', 'RecordMode', 'StreamType', 'StorageParams', 'CloudStorage'],
  ...['Vendor', 'Region', 'Bucket', 'AccessKey', 'SecretKey', 'UserIds'],
]);

/** Codes of the cloud recording, room and usage actions. */
export const recordingCodes: CodeStyle = {
  missing: (path) => (recordingNames.has(leafOf(path)) ? `MissingParameter.${leafOf(path)}` : 'MissingParameter'),
  outOfRange: () => 'InvalidParameter.OutOfRange',
};

const roomNames = new Set(['SdkAppId', 'RoomId', 'UserIds']);

/** Codes of DismissRoom and RemoveUser. */
export const roomCodes: CodeStyle = {
  missing: (path) => (roomNames.has(leafOf(path)) ? `MissingParameter.${leafOf(path)}` : 'MissingParameter'),
  outOfRange: (path) => (roomNames.has(topOf(path)) ? `InvalidParameter.${topOf(path)}` : 'InvalidParameter'),
};

const mixMissing = new Set([
  'SdkAppId',
  'RoomId',
  'OutputParams',
  'EncodeParams',
  'StreamId',
  'PresetLayoutConfig',
  'PublishCdnParams',
  'PublishCdnUrls',
  'BizId',
]);
const mixLeaves = new Set([
  ...[
    'SdkAppId',
    'RoomId',
    'StrRoomId',
    'StreamId',
    'PureAudioStream',
    'RecordId',
    'RecordAudioOnly',
    'MainVideoStreamType',
    'MainVideoRightAlign',
  ],
  ...['PublishCdnUrls'],
]);

/** Codes of the MCU mix actions. */
export const mixCodes: CodeStyle = {
  missing: (path) => {
    const leaf = leafOf(path);
    if (mixMissing.has(leaf)) return `MissingParameter.${leaf}`;
    if (path.startsWith('EncodeParams.'))
      return leaf.startsWith('Video') ? 'MissingParameter.VideoEncodeParams' : 'MissingParameter.AudioEncodeParams';
    return 'MissingParameter';
  },
  outOfRange: (path) => {
    const leaf = leafOf(path);
    if (path === 'EncodeParams.VideoWidth' || path === 'EncodeParams.VideoHeight') return 'InvalidParameter.VideoResolution';
    if (path.startsWith('EncodeParams.Audio')) return 'InvalidParameter.AudioEncodeParams';
    if (path.includes('SmallVideoLayoutParams'))
      return `InvalidParameter.SmallVideo${leaf === 'StreamType' ? 'StreamType' : 'LayoutParams'}`;
    if (path.includes('PresetLayoutConfig')) return 'InvalidParameter.PresetLayoutConfig';
    if (mixLeaves.has(leaf)) return `InvalidParameter.${leaf}`;
    const top = topOf(path);
    return top === 'EncodeParams' || top === 'OutputParams' ? `InvalidParameter.${top}` : 'InvalidParameter';
  },
};

const usageNames = new Set(['SdkAppId']);

/** Codes of the usage actions. */
export const usageCodes: CodeStyle = {
  missing: () => 'MissingParameter',
  outOfRange: (path) => (usageNames.has(path) ? 'InvalidParameter.SdkAppId' : 'InvalidParameter'),
};

const mediaNames = new Set([
  ...[
    'Categories',
    'ClassIds',
    'EndTime',
    'FileIds',
    'NamePrefixes',
    'Names',
    'Offset',
    'Sort',
    'SourceType',
    'SourceTypes',
    'StartTime',
    'StorageRegions',
  ],
  ...[
    'StreamIds',
    'SubAppId',
    'Tags',
    'Text',
    'Types',
    'Vids',
    'FileId',
    'Name',
    'Description',
    'ClassId',
    'ExpireTime',
    'Limit',
    'Filters',
  ],
]);

/** Codes of the VOD actions. */
export const mediaCodes: CodeStyle = {
  missing: () => 'MissingParameter',
  outOfRange: (path) => (mediaNames.has(topOf(path)) ? `InvalidParameterValue.${topOf(path)}` : 'InvalidParameterValue'),
};
