/** Returns views of nearly equal size, none longer than `maxBytes`. */
export function split(data: Uint8Array, maxBytes: number): Uint8Array[] {
  const count = Math.max(1, Math.ceil(data.length / maxBytes));
  const size = Math.ceil(data.length / count);
  return Array.from({ length: count }, (_, index) => data.subarray(index * size, (index + 1) * size));
}

/** Returns a fresh buffer: `head`, then `body`. */
export function join(head: readonly number[], body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}
