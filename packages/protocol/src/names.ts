import Type from 'typebox';
import { limits } from './limits.ts';

/** A LiveKit room name, kept as it is. */
export const RoomNameSchema = Type.String({ minLength: 1, maxLength: limits.roomLength, description: 'LiveKit room name.' });
/** A LiveKit participant identity, kept as it is. */
export const IdentitySchema = Type.String({ minLength: 1, maxLength: limits.identityLength, description: 'LiveKit participant identity.' });

/** A list of identity patterns; `*` matches any run of characters. */
export const PatternsSchema = (value: string[]) =>
  Type.Array(Type.String({ minLength: 1, maxLength: limits.identityLength }), { maxItems: limits.patternCount, default: value });

/**
 * Put before every file name of the recording. Relative, `/` parts folders; no `..`, no empty part, no control character,
 * no backslash: a prefix cannot leave its storage.
 */
export const PrefixSchema = Type.String({
  maxLength: limits.prefixLength,
  default: '',
  pattern: String.raw`^(?!/)(?!.*//)(?!(?:.*/)?\.{1,2}(?:/|$))[^\\\u0000-\u001f\u007f]*$`,
  description: 'Put before every file name: relative, `/` parts folders, no `.` or `..` part, no backslash, no control character.',
});

/** Anything the caller wants to find again with the recording: a JSON object of at most 16 KiB. */
export const MetadataSchema = Type.Record(Type.String(), Type.Unknown(), {
  default: {},
  description: `Kept with the recording and given back; at most ${limits.metadataBytes} bytes as JSON.`,
});
