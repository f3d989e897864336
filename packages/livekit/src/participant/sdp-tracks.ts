import type { PayloadFormat } from './types.ts';

/** One media section of the server's description that carries a track to us. */
export interface DescribedTrack {
  readonly mid: string;
  readonly kind: 'audio' | 'video';
  readonly participantSid: string;
  readonly trackSid: string;
  readonly formats: readonly PayloadFormat[];
  readonly headerExtensions: readonly { readonly id: number; readonly uri: string }[];
  readonly ssrc: number;
  readonly rtxSsrc: number | null;
}

const codecNames: Readonly<Record<string, PayloadFormat['codec']>> = {
  ...{ vp8: 'vp8', vp9: 'vp9', av1: 'av1', h264: 'h264', h265: 'h265' },
  ...{ opus: 'opus', pcmu: 'pcmu', pcma: 'pcma', red: 'red', rtx: 'rtx' },
};

/**
 * The tracks that the server's offer or answer sends: its sections with direction `sendrecv` or `sendonly`, a known codec, a LiveKit msid (`PA_…|TR_… …`) and an SSRC. Other sections and unknown
 * lines are passed over; nothing throws.
 *
 * @see RFC 8866 (SDP), RFC 5576 (ssrc, ssrc-group), RFC 4588 §8 (rtx fmtp)
 */
export function describedTracks(sdp: string): DescribedTrack[] {
  const [, ...sections] = sdp.split(/^(?=m=)/m);
  return sections.map((text) => parseSection(text.split(/\r?\n/))).filter((track) => track !== null);
}

function parseSection(lines: readonly string[]): DescribedTrack | null {
  const kind = /^m=(audio|video) /.exec(lines[0] ?? '')?.[1] as 'audio' | 'video' | undefined;
  const isSent = lines.some((line) => line === 'a=sendrecv' || line === 'a=sendonly');
  const mid = valueOf(lines, 'a=mid:');
  const ids = parseMsid(lines);
  const ssrcs = parseSsrcs(lines);
  if (kind === undefined || !isSent || mid === null || ids === null || ssrcs === null) return null;
  const formats = parseFormats(lines);
  if (!formats.some(({ codec }) => codec !== 'rtx' && codec !== 'red')) return null;
  return { mid, kind, ...ids, formats, headerExtensions: parseExtensions(lines), ...ssrcs };
}

function valueOf(lines: readonly string[], prefix: string): string | null {
  return lines.find((line) => line.startsWith(prefix))?.slice(prefix.length) ?? null;
}

function parseMsid(lines: readonly string[]): { participantSid: string; trackSid: string } | null {
  const msid = valueOf(lines, 'a=msid:') ?? / msid:(.*)$/.exec(lines.find((line) => / msid:/.test(line)) ?? '')?.[1] ?? '';
  const [stream = '', track] = msid.split(' ');
  const [participantSid, streamTrack] = stream.split('|');
  const trackSid = streamTrack?.startsWith('TR_') ? streamTrack : track;
  // Sids become folder names: nothing but what LiveKit makes may pass.
  const isSid = (sid: string | undefined, prefix: string): sid is string =>
    sid !== undefined && sid.startsWith(prefix) && /^\w+$/.test(sid);
  return isSid(participantSid, 'PA_') && isSid(trackSid, 'TR_') ? { participantSid, trackSid } : null;
}

function parseSsrcs(lines: readonly string[]): { ssrc: number; rtxSsrc: number | null } | null {
  const pair = /^(\d+) (\d+)/.exec(valueOf(lines, 'a=ssrc-group:FID ') ?? '');
  if (pair !== null) return { ssrc: Number(pair[1]), rtxSsrc: Number(pair[2]) };
  const single = /^\d+/.exec(valueOf(lines, 'a=ssrc:') ?? '');
  return single === null ? null : { ssrc: Number(single[0]), rtxSsrc: null };
}

function parseFormats(lines: readonly string[]): PayloadFormat[] {
  const fmtps = new Map<number, string>();
  for (const line of lines) {
    const fmtp = /^a=fmtp:(\d+) (.*)$/.exec(line);
    if (fmtp !== null) fmtps.set(Number(fmtp[1]), fmtp[2] ?? '');
  }
  const formats: PayloadFormat[] = [];
  for (const line of lines) {
    const map = /^a=rtpmap:(\d+) ([^/]+)\/(\d+)(?:\/(\d+))?/.exec(line);
    const codec = codecNames[map?.[2]?.toLowerCase() ?? ''];
    if (map === null || codec === undefined) continue;
    const payloadType = Number(map[1]);
    const fmtp = fmtps.get(payloadType) ?? '';
    const apt = codec === 'rtx' ? /apt=(\d+)/.exec(fmtp)?.[1] : undefined;
    formats.push({
      ...{ payloadType, codec, clockRateHz: Number(map[3]), fmtp },
      ...(map[4] === undefined ? {} : { channels: Number(map[4]) }),
      ...(apt === undefined ? {} : { associatedPayloadType: Number(apt) }),
    });
  }
  return formats;
}

function parseExtensions(lines: readonly string[]): { id: number; uri: string }[] {
  return lines.flatMap((line) => {
    const map = /^a=extmap:(\d+)(?:\/\S+)? (\S+)/.exec(line);
    return map === null ? [] : [{ id: Number(map[1]), uri: map[2] ?? '' }];
  });
}
