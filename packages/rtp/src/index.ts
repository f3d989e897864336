export type * from './types.ts';
export type * from './rtcp-types.ts';
export { buildRtpPacket, detachRtpPacket, isRtcp, parseRtpPacket } from './rtp-packet.ts';
export type { RtpPacketFields } from './rtp-packet.ts';
export { parseRtcp } from './parse-rtcp.ts';
export {
  buildFir,
  buildGoodbye,
  buildNack,
  buildPli,
  buildReceiverReport,
  buildSenderReport,
  buildSourceDescription,
} from './build-rtcp.ts';
export { ntpToUnixUs, unixUsToNtp } from './ntp-time.ts';
export { ReceptionStatistics } from './reception-statistics.ts';
export { SequenceUnwrapper, TimestampUnwrapper } from './unwrap.ts';
export { buildRed, splitRed } from './red.ts';
export type { RedBlock } from './red.ts';
export { restoreRtx } from './rtx.ts';
export { inSendOrder, ReorderBuffer } from './reorder-buffer.ts';
export type { OrderedPacket, ReorderOptions } from './reorder-buffer.ts';
export { createDepacketizer } from './depacketizer.ts';
export type { Depacketizer, DepacketizerOptions } from './depacketizer.ts';
export { OpusRedDepacketizer } from './codecs/opus-red-depacketizer.ts';
export { parseVp8Descriptor } from './codecs/vp8-frame-builder.ts';
export type { Vp8Descriptor } from './codecs/vp8-frame-builder.ts';
export { parseVp9Descriptor } from './codecs/vp9-descriptor.ts';
export type { Vp9Descriptor } from './codecs/vp9-descriptor.ts';
export { sniffFrame } from './sniff-frame.ts';
export type { SniffedFrame } from './sniff-frame.ts';
export { startsKeyframe } from './starts-keyframe.ts';
