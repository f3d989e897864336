import type { TSchema } from 'typebox';

/**
 * The schema as a caller sees it: what has a default may be left out. For the OpenAPI document; requests are read by `readValue`, which goes by
 * the same schema.
 */
export function asRequestSchema(schema: TSchema): TSchema {
  return loosen(schema) as TSchema;
}

function loosen(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(loosen);
  if (part === null || typeof part !== 'object') return part;
  const entries = Object.entries(part).map(([name, value]): [string, unknown] => [name, name === 'default' ? value : loosen(value)]);
  const { required, ...rest } = Object.fromEntries(entries) as { required?: unknown; properties?: Record<string, { default?: unknown }> };
  if (!Array.isArray(required)) return Object.fromEntries(entries);
  const needed = required.filter((name: string) => rest.properties?.[name]?.default === undefined);
  return needed.length > 0 ? { ...rest, required: needed } : rest;
}
