import type { Output } from 'mediabunny';

/** The lists in which mediabunny's MP4 muxer keeps what it has written. */
interface KeptLists {
  readonly finalizedChunks?: unknown[];
  readonly trackDatas?: readonly { readonly finalizedChunks?: unknown[] }[];
}

/**
 * Empties the lists of fragments already on disk. The muxer keeps about 200 bytes for every packet it ever wrote, for an index of random access points at the file's end; our own index takes that one's
 * place (see `sealMp4`), and half a gigabyte a day is too much for it. Does nothing to a version of mediabunny that keeps other lists; the test of the heap would tell.
 */
export function forgetWritten(output: Output): void {
  const { _muxer: muxer } = output as unknown as { readonly _muxer?: KeptLists };
  muxer?.finalizedChunks?.splice(0);
  for (const track of muxer?.trackDatas ?? []) track.finalizedChunks?.splice(0);
}
