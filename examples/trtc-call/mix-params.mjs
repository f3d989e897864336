const webModes = { manual: 1, 'preset-layout': 3 };
const pureAudio = 2;
const screenSharing = 4;
const shared = ['auxiliary', 'aux', 'sub', 1];
/** `inputType` of a user. */
const inputs = { soundAlone: 1, pictureAlone: 2, watermark: 4 };
/** Rates that the REST twin takes, ascending; a client's own is raised to one of them. */
const rates = [8000, 16_000, 24_000, 32_000, 44_100, 48_000];

/**
 * Parameters of StartMCUMixTranscode for what an application gives to `setMixTranscodingConfig` (native clients) or `startMixTranscode` (Web).
 *
 * @param {Record<string, any>} config As the vendor's client takes it; places are `rect`, or `locationX`, `locationY`, `width` and `height`.
 * @param {{ userId: string, streamId: string }} caller Without a `streamId` in the configuration the mix takes the place of the caller's stream.
 */
export function toMixParams(config, caller) {
  const mode = webModes[config.mode] ?? config.mode ?? 1;
  const isSound = mode === pureAudio;
  const picture = {
    VideoWidth: config.videoWidth || 640,
    VideoHeight: config.videoHeight || 480,
    VideoBitrate: config.videoBitrate || 1000,
    VideoFramerate: config.videoFramerate ?? 15,
    VideoGop: Math.min(config.videoGOP ?? 2, 5),
    BackgroundColor: config.backgroundColor ?? 0,
  };
  const sound = {
    AudioSampleRate: rates.find((rate) => rate >= (config.audioSampleRate ?? 48_000)) ?? 48_000,
    AudioBitrate: config.audioBitrate ?? 64,
    AudioChannels: config.audioChannels ?? 1,
  };
  return {
    OutputParams: { StreamId: config.streamId || caller.streamId, PureAudioStream: isSound ? 1 : 0 },
    EncodeParams: { ...sound, ...(!isSound && picture) },
    LayoutParams: toLayout(mode, config.mixUsers ?? config.mixUsersArray ?? [], caller),
  };
}

function toLayout(mode, users, caller) {
  if (mode === screenSharing) return { Template: 2, MainVideoUserId: caller.userId, MainVideoStreamType: 1 };
  const mark = users.find(({ inputType }) => inputType === inputs.watermark);
  const people = users.filter((user) => user !== mark);
  const marked = mark === undefined ? {} : { WaterMarkParams: toWatermark(mark) };
  if (mode === pureAudio || people.length === 0) return { Template: 1, ...marked };
  return { Template: 4, PresetLayoutConfig: people.map((user) => toWindow(user, caller)), ...marked };
}

function toWindow(user, caller) {
  const { x, y, width, height } = placeOf(user);
  const isShared = shared.includes(user.streamType) || user.userId === '$PLACE_HOLDER_LOCAL_SUB$';
  const isHeardOnly = user.pureAudio === true || user.inputType === inputs.soundAlone;
  return {
    UserId: realUser(user.userId, caller),
    StreamType: isShared ? 1 : 0,
    ...(isHeardOnly ? { MixInputType: 2 } : { LocationX: x, LocationY: y, ImageWidth: width, ImageHeight: height }),
    ...(user.inputType === inputs.pictureAlone && { MixInputType: 1 }),
    ZOrder: user.zOrder ?? 1,
    RenderMode: user.renderMode ?? 0,
  };
}

function toWatermark(user) {
  const { x, y, width, height } = placeOf(user);
  return { WaterMarkUrl: user.image, WaterMarkWidth: width, WaterMarkHeight: height, LocationX: x, LocationY: y };
}

function placeOf({ rect, locationX = 0, locationY = 0, width = 0, height = 0 }) {
  if (rect) return { x: rect.left, y: rect.top, width: rect.right - rect.left, height: rect.bottom - rect.top };
  return { x: locationX, y: locationY, width, height };
}

/** Placeholders of the preset mode stand for whoever comes next, which is no name here, or for the caller. */
function realUser(userId, caller) {
  if (userId.startsWith('$PLACE_HOLDER_LOCAL_')) return caller.userId;
  return userId === '$PLACE_HOLDER_REMOTE$' ? '' : userId;
}
