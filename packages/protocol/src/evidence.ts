import Type from 'typebox';

/** The answer of `GET /v1/evidence-key`. */
export const EvidenceKeySchema = Type.Object(
  {
    algorithm: Type.Enum(['Ed25519']),
    keyId: Type.String({ description: 'First 32 hexadecimal digits of the SHA-256 of the SubjectPublicKeyInfo.' }),
    publicKeyPem: Type.String({ description: 'SubjectPublicKeyInfo, PEM.' }),
  },
  { additionalProperties: false, title: 'EvidenceKey' },
);
export type EvidenceKey = Type.Static<typeof EvidenceKeySchema>;
