import { ValidationError, readValue } from '@tapedeck/protocol';
import type { TSchema } from 'typebox';

/** A query string's values by their schema; whole numbers and flags arrive as text. @throws {ValidationError} INVALID_REQUEST */
export function readQuery(schema: TSchema, given: unknown): unknown {
  const query = { ...(given as Record<string, unknown>) };
  const { properties } = schema as { properties?: Readonly<Record<string, { type?: string }>> };
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) throw new ValidationError(name, 'must be given once');
    const type = properties?.[name]?.type;
    if (type === 'integer' && typeof value === 'string' && /^\d{1,15}$/.test(value)) query[name] = Number(value);
  }
  return readValue(schema, query);
}
