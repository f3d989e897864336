/** What a receiver tells about one source. @see RFC 3550 §6.4.1 */
export interface ReportBlock {
  readonly ssrc: number;
  /** Lost since the last report, in 1/256 of the packets expected (u8). */
  readonly fractionLost: number;
  /** Lost since the beginning (signed 24 bits: duplicates may make it negative). */
  readonly cumulativeLost: number;
  /** Highest sequence number received, with the count of wraps in the upper 16 bits (u32). */
  readonly highestSequence: number;
  /** Inter-arrival jitter in ticks of the clock rate (u32). */
  readonly jitterTicks: number;
  /** Middle 32 bits of the NTP time of the last sender report, 0 when there was none. */
  readonly lastSenderReport: number;
  /** Delay since that report in 1/65536 s, 0 when there was none. */
  readonly delaySinceLastSenderReport: number;
}

/** A sender report: ties the sender's wall clock to its RTP timestamps. @see RFC 3550 §6.4.1 */
export interface SenderReport {
  readonly type: 'sender-report';
  readonly ssrc: number;
  /** u32, seconds since 1900. */
  readonly ntpSeconds: number;
  /** u32, 1/2^32 s. */
  readonly ntpFraction: number;
  /** The same instant in µs since 1970 (rounded; eras after 2036 are told by the top bit as in RFC 4330 §3). */
  readonly ntpUs: number;
  /** u32, the same instant on the RTP clock. */
  readonly rtpTimestamp: number;
  readonly packetCount: number;
  readonly octetCount: number;
  readonly reports: readonly ReportBlock[];
}

/** One packet of a compound RTCP packet. `unknown` keeps what this package does not decode: `bytes` is a view, header included. */
export type RtcpPacket =
  | SenderReport
  | { readonly type: 'receiver-report'; readonly ssrc: number; readonly reports: readonly ReportBlock[] }
  | {
      readonly type: 'source-description';
      readonly chunks: readonly {
        readonly ssrc: number;
        readonly items: readonly { readonly itemType: number; readonly text: string }[];
      }[];
    }
  | { readonly type: 'goodbye'; readonly ssrcs: readonly number[]; readonly reason: string | null }
  | { readonly type: 'nack'; readonly senderSsrc: number; readonly mediaSsrc: number; readonly sequenceNumbers: readonly number[] }
  | { readonly type: 'pli'; readonly senderSsrc: number; readonly mediaSsrc: number }
  | {
      readonly type: 'fir';
      readonly senderSsrc: number;
      readonly mediaSsrc: number;
      readonly entries: readonly { readonly ssrc: number; readonly commandSequence: number }[];
    }
  | { readonly type: 'unknown'; readonly packetType: number; readonly count: number; readonly bytes: Uint8Array };
