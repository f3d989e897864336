import { FFmpegError } from 'node-av';
import type { Codec, CodecContext } from 'node-av';
import { AV_OPT_SEARCH_CHILDREN, AV_OPT_TYPE_STRING } from 'node-av/constants';

/**
 * Opens a codec with options by name. Not by a Dictionary: avcodec_open2 frees what node-av frees again.
 *
 * @throws {FFmpegError} when an option is refused or the codec does not open.
 */
export async function openCodec(
  context: CodecContext,
  codec: Codec,
  options: Readonly<Record<string, string>>,
  what: string,
): Promise<void> {
  for (const [name, value] of Object.entries(options))
    FFmpegError.throwIfError(context.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN), `set ${name}=${value}`);
  FFmpegError.throwIfError(await context.open2(codec, null), what);
}
