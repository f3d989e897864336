import { invalidParameter } from '../errors.ts';
import type { ApiVersion } from '../versions.ts';
import type { Fields } from './fields.ts';

/** Where files go and what they are called. */
export interface FileName {
  /** Empty, or folders with a slash behind each. */
  readonly prefix: string;
  /** null: the default of the mode. */
  readonly pattern: string | null;
}

const mostCharacters = 128;

/** `FileNameConfig`; in the oldest version `RecordFileNamePattern`. */
export function readFileName(body: Fields, version: ApiVersion): FileName {
  if (version === '2020-12-01') return { prefix: '', pattern: readPattern(body, 'RecordFileNamePattern') };
  const fields = body.object('FileNameConfig');
  if (fields === null) return { prefix: '', pattern: null };
  return { prefix: readPrefix(fields), pattern: readPattern(fields, 'Pattern') };
}

function readPrefix(fields: Fields): string {
  const folders = fields.texts('Prefix');
  const prefix = folders.map((folder) => `${folder}/`).join('');
  if (folders.every((folder) => /^[a-zA-Z0-9]+$/.test(folder)) && prefix.length <= mostCharacters) return prefix;
  if (fields.isStrict)
    throw invalidParameter(
      fields.at('Prefix'),
      `must be folders of letters and digits, with their slashes at most ${mostCharacters} characters`,
    );
  return '';
}

/** A name is one step of a path: a pattern cannot leave its folder. */
function readPattern(fields: Fields, name: string): string | null {
  const pattern = fields.text(name) ?? '';
  if (pattern === '') return null;
  if (!/[/\\\u0000-\u001f\u007f]/.test(pattern) && pattern.length <= mostCharacters * 2) return pattern;
  if (fields.isStrict)
    throw invalidParameter(
      fields.at(name),
      `must have at most ${mostCharacters * 2} characters, no slash, backslash or control character among them`,
    );
  return null;
}
