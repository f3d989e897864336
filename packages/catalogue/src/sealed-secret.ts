import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { MasterKeyError } from './errors.ts';

const version = 1;
const ivBytes = 12;
const tagBytes = 16;

/**
 * Encrypts a secret for the row `rowId`: AES-256-GCM under the 32-byte master key, bound to that row.
 * Layout: version (1 byte) | nonce (12) | tag (16) | cipher text.
 *
 * @throws {MasterKeyError} MASTER_KEY_WRONG when the key has not 32 bytes.
 */
export function sealSecret(secret: string, rowId: string, masterKey: Uint8Array): Buffer {
  checkKey(masterKey);
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', masterKey, iv).setAAD(Buffer.from(rowId));
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(version), iv, cipher.getAuthTag(), text]);
}

/** The secret that {@link sealSecret} sealed. @throws {MasterKeyError} MASTER_KEY_WRONG for another key, another row or changed bytes. */
export function openSecret(sealed: Uint8Array, rowId: string, masterKey: Uint8Array): string {
  checkKey(masterKey);
  if (sealed.length < 1 + ivBytes + tagBytes || sealed[0] !== version)
    throw new MasterKeyError('it is not in a form that this version knows');
  const iv = sealed.subarray(1, 1 + ivBytes);
  const tag = sealed.subarray(1 + ivBytes, 1 + ivBytes + tagBytes);
  const decipher = createDecipheriv('aes-256-gcm', masterKey, iv, { authTagLength: tagBytes }).setAAD(Buffer.from(rowId)).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(sealed.subarray(1 + ivBytes + tagBytes)), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new MasterKeyError('it was sealed with another master key, or its bytes were changed', { cause });
  }
}

function checkKey(masterKey: Uint8Array): void {
  if (masterKey.length !== 32) throw new MasterKeyError(`the master key has ${masterKey.length} bytes, it must have 32`);
}
