import { existsSync, readFileSync } from 'node:fs';
import { inWords } from '@tapedeck/rtplog';
import type { Config } from '../config/config.ts';
import { CommandError } from '../errors.ts';
import { knownEvidenceKey } from '../evidence/evidence-key.ts';
import { unpackBundle } from '../evidence/unpack-bundle.ts';
import { type EvidenceVerdict, verifyEvidence } from '../evidence/verify-evidence.ts';

/** Exit codes of `tapedeck verify`. */
const exitCodes = { intact: 0, altered: 1, unreadable: 2, unsealed: 3 } as const;

export interface VerifyOptions {
  /** File with the public key that a manifest must be signed with. */
  readonly key?: string;
  readonly json?: boolean;
}

/**
 * `tapedeck verify PATH`: a recording's folder, an epoch's, a segment, an evidence bundle (folder or .zip). Names the first altered bytes. Exit codes: 0 everything is
 * as it was sealed, 1 it is not, 2 nothing that can be verified is there, 3 it is not sealed yet.
 */
export async function verify(config: Config, path: string, options: VerifyOptions): Promise<void> {
  const trustedPem = trustedKey(config, options);
  const unpacked = path.endsWith('.zip') ? await unpackBundle(path) : null;
  try {
    const verdict = await verifyEvidence(unpacked?.dir ?? path, trustedPem);
    if (verdict === null) {
      process.stderr.write(`tapedeck: ${path} holds no log and no evidence.\n`);
      process.exitCode = exitCodes.unreadable;
      return;
    }
    const shown = { ...verdict, path };
    if (options.json === true) process.stdout.write(`${JSON.stringify(shown)}\n`);
    else print(shown);
    process.exitCode = exitCodes[verdict.verdict];
  } finally {
    await unpacked?.remove();
  }
}

/** The key of the options, else this installation's, else none. */
function trustedKey(config: Config, { key }: VerifyOptions): string | null {
  if (key === undefined) return knownEvidenceKey(config.dataDir)?.publicKeyPem ?? null;
  if (!existsSync(key)) throw new CommandError(`--key: there is no file ${key}.`);
  return readFileSync(key, 'utf8');
}

function print({ verdict, first, findings, epochs, signature, filesChecked }: EvidenceVerdict): void {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  for (const { dir, isSealed, isCrashed } of epochs) {
    const isBroken = findings.some(({ path }) => dir === '.' || path.startsWith(`${dir}/`));
    const note = isCrashed ? ' (its recorder died: sealed up to the last good record)' : '';
    say(`${isBroken ? 'broken  ' : isSealed ? 'ok      ' : 'open    '}${dir}${isSealed ? note : ': the log is not sealed'}`);
  }
  for (const finding of findings) say(`altered ${inWords(finding)}`);
  if (filesChecked > 0) say(`files   ${filesChecked} compared with the manifest`);
  say(`signed  ${inKeyWords(signature)}`);
  if (first !== null)
    say(`First altered bytes: ${first.path}, ${first.fromByte} to ${first.toByte}${first.line === null ? '' : ` (line ${first.line})`}`);
  say(verdict);
}

function inKeyWords({ state, keyId, isTrusted, signedAt }: EvidenceVerdict['signature']): string {
  if (state === 'missing') return 'no: there is no manifest';
  if (state === 'invalid') return 'no: the signature does not fit the manifest';
  const trust = { true: 'the key is known', false: 'NOT the known key', null: 'no known key to compare with: use --key' }[`${isTrusted}`];
  return `by key ${keyId} at ${signedAt} (${trust})`;
}
