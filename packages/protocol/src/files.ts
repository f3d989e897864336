import Type from 'typebox';
import { limits } from './limits.ts';
import { FileResourceSchema } from './recording.ts';

/** How long the signed addresses of an answer are good. */
export const LinkQuerySchema = Type.Object(
  {
    expiresInS: Type.Optional(
      Type.Integer({
        minimum: limits.linkLifeS.min,
        maximum: limits.linkLifeS.max,
        description: 'Seconds that the addresses of files are good; an hour when left out, or as the configuration says.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type LinkQuery = Type.Static<typeof LinkQuerySchema>;

/** The answer of `GET /v1/recordings/{id}/files`. */
export const FilePageSchema = Type.Object({ items: Type.Array(FileResourceSchema) }, { additionalProperties: false });

/** Which files an archive holds. */
export const ArchiveQuerySchema = Type.Object(
  {
    files: Type.Optional(
      Type.String({ minLength: 1, maxLength: 10_000, description: 'Ids of files with commas between; all complete ones when left out.' }),
    ),
  },
  { additionalProperties: false },
);
export type ArchiveQuery = Type.Static<typeof ArchiveQuerySchema>;
