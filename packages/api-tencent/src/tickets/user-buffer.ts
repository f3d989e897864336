/** What the buffer of a PrivateMapKey says. */
export interface UserBuffer {
  readonly account: string;
  readonly sdkAppId: number;
  readonly room: string;
  readonly isText: boolean;
  readonly expiresAtS: number;
  /** Bits: 1 create, 2 enter, 4/8 send and receive audio, 16/32 video, 64/128 substream. */
  readonly privileges: number;
}

/**
 * Reads the buffer: version, account, SdkAppId, room number, expiry, privileges, account type and, in version 1, a string room; numbers are big-endian. null when it is cut off
 * or of another version.
 */
export function readUserBuffer(bytes: Buffer): UserBuffer | null {
  try {
    const version = bytes.readUInt8(0);
    const accountEnd = 3 + bytes.readUInt16BE(1);
    const number = (index: number): number => bytes.readUInt32BE(accountEnd + index * 4);
    const facts = {
      account: slice(bytes, 3, accountEnd),
      sdkAppId: number(0),
      expiresAtS: number(2),
      privileges: number(3),
    };
    if (version === 0) return { ...facts, room: String(number(1)), isText: false };
    if (version !== 1) return null;
    const textStart = accountEnd + 22;
    const textLength = bytes.readUInt16BE(accountEnd + 20);
    return { ...facts, room: slice(bytes, textStart, textStart + textLength), isText: true };
  } catch {
    return null; // shorter than it says
  }
}

/** One byte a character: as the vendor's tool writes them. */
function slice(bytes: Buffer, start: number, end: number): string {
  if (end > bytes.length) throw new RangeError('cut off');
  return bytes.subarray(start, end).toString('latin1');
}
