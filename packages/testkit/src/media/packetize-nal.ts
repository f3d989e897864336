import { join, split } from './payload-pieces.ts';

/**
 * Returns the payloads of one Annex B access unit: NAL units that fit go alone, parameter sets together (STAP-A, AP), long ones as fragments (FU-A, FU).
 * @see RFC 6184 §5.7, §5.8 and RFC 7798 §4.4
 */
export function packetizeNalUnits(codec: 'h264' | 'h265', accessUnit: Uint8Array, maxPayloadBytes: number): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  let parameterSets: Uint8Array[] = [];
  const flush = (): void => {
    if (parameterSets.length > 1) payloads.push(aggregate(codec, parameterSets));
    else payloads.push(...parameterSets.map((nal) => nal.slice()));
    parameterSets = [];
  };
  for (const nal of splitNalUnits(accessUnit)) {
    if (isDelimiter(codec, nal)) continue;
    if (isParameterSet(codec, nal) && nal.length < 300) {
      parameterSets.push(nal);
      continue;
    }
    flush();
    if (nal.length <= maxPayloadBytes) payloads.push(nal.slice());
    else payloads.push(...fragment(codec, nal, maxPayloadBytes));
  }
  flush();
  return payloads;
}

/** Yields the NAL units of an Annex B stream as views, without start codes and trailing zeros. */
function* splitNalUnits(accessUnit: Uint8Array): Generator<Uint8Array> {
  let start = -1;
  for (let i = 0; i + 2 < accessUnit.length; i++) {
    if (accessUnit[i] !== 0 || accessUnit[i + 1] !== 0 || accessUnit[i + 2] !== 1) continue;
    if (start >= 0) yield trimZeros(accessUnit.subarray(start, i));
    start = i + 3;
    i += 2;
  }
  if (start >= 0) yield trimZeros(accessUnit.subarray(start));
}

function trimZeros(nal: Uint8Array): Uint8Array {
  let end = nal.length;
  while (end > 0 && nal[end - 1] === 0) end--;
  return nal.subarray(0, end);
}

function nalType(codec: 'h264' | 'h265', nal: Uint8Array): number {
  return codec === 'h264' ? nal[0]! & 0x1f : (nal[0]! >> 1) & 0x3f;
}

function isParameterSet(codec: 'h264' | 'h265', nal: Uint8Array): boolean {
  const type = nalType(codec, nal);
  return codec === 'h264' ? type === 7 || type === 8 : type >= 32 && type <= 34;
}

function isDelimiter(codec: 'h264' | 'h265', nal: Uint8Array): boolean {
  return nal.length === 0 || nalType(codec, nal) === (codec === 'h264' ? 9 : 35);
}

function aggregate(codec: 'h264' | 'h265', nals: readonly Uint8Array[]): Uint8Array {
  const head = codec === 'h264' ? [(nals[0]![0]! & 0x60) | 24] : [48 << 1, nals[0]![1]!];
  return Buffer.concat([Uint8Array.from(head), ...nals.flatMap((nal) => [Uint8Array.of(nal.length >> 8, nal.length & 0xff), nal])]);
}

function fragment(codec: 'h264' | 'h265', nal: Uint8Array, maxPayloadBytes: number): Uint8Array[] {
  const type = nalType(codec, nal);
  const headBytes = codec === 'h264' ? 1 : 2;
  const pieces = split(nal.subarray(headBytes), maxPayloadBytes - headBytes - 1);
  return pieces.map((piece, index) => {
    const position = (index === 0 ? 0x80 : 0) | (index === pieces.length - 1 ? 0x40 : 0);
    const indicator = codec === 'h264' ? [(nal[0]! & 0xe0) | 28] : [(nal[0]! & 0x81) | (49 << 1), nal[1]!];
    return join([...indicator, position | type], piece);
  });
}
