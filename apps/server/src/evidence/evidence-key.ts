import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createOnce } from '../config/credentials.ts';
import { ConfigError } from '../errors.ts';

/** What others need to check what this installation signed. */
export interface PublicEvidenceKey {
  readonly algorithm: 'Ed25519';
  /** First 32 hexadecimal digits of the SHA-256 of the key's SubjectPublicKeyInfo. */
  readonly keyId: string;
  readonly publicKeyPem: string;
}

/** The installation's Ed25519 key. */
export interface EvidenceKey extends PublicEvidenceKey {
  /** Signature of `bytes`, base64. */
  sign(bytes: Uint8Array): string;
}

const keyPath = (dataDir: string): string => join(dataDir, 'evidence-key.pem');

/**
 * The key that signs evidence: `<data>/evidence-key.pem` (PKCS#8, 0600), made when it is first needed. Nodes that share a data directory share it.
 *
 * @throws {ConfigError} CONFIG_INVALID when the file holds no Ed25519 key.
 */
export function evidenceKey(dataDir: string): EvidenceKey {
  const path = keyPath(dataDir);
  if (!existsSync(path)) createOnce(path, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  try {
    const privateKey = createPrivateKey(readFileSync(path));
    if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error(`it is ${privateKey.asymmetricKeyType}`);
    const publicKeyPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
    return { ...describeKey(publicKeyPem), sign: (bytes) => sign(null, bytes, privateKey).toString('base64') };
  } catch (error) {
    throw new ConfigError('evidence-key.pem', `${path} must hold an Ed25519 private key.`, { cause: error });
  }
}

/** The public key of an installation's data directory, or null while it has none. */
export function knownEvidenceKey(dataDir: string): PublicEvidenceKey | null {
  return existsSync(keyPath(dataDir)) ? describeKey(evidenceKey(dataDir).publicKeyPem) : null;
}

/** @throws when the text is no public key. */
export function describeKey(pem: string): PublicEvidenceKey {
  const key = createPublicKey(pem);
  const der = key.export({ type: 'spki', format: 'der' });
  const keyId = createHash('sha256').update(der).digest('hex').slice(0, 32);
  return { algorithm: 'Ed25519', keyId, publicKeyPem: key.export({ type: 'spki', format: 'pem' }).toString() };
}
