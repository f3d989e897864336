import type { TSchema } from 'typebox';

/**
 * The schema as a caller sees it: what has a default may be left out, and options of a layout may stand beside its name. For the OpenAPI document; requests are read by
 * `readValue`, which goes by the same schema.
 */
export function asRequestSchema(schema: TSchema): TSchema {
  return loosen(schema) as TSchema;
}

interface ObjectShape {
  readonly properties?: Readonly<Record<string, { readonly default?: unknown; readonly const?: unknown } & Partial<TSchema>>>;
  readonly required?: readonly string[];
}

function loosen(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(loosen);
  if (part === null || typeof part !== 'object') return part;
  const entries = Object.entries(part).map(([name, value]): [string, unknown] => [name, name === 'default' ? value : loosen(value)]);
  const { required, ...rest } = optionsBesideName(Object.fromEntries(entries) as ObjectShape);
  if (!Array.isArray(required)) return { ...rest, ...(required !== undefined && { required }) };
  const needed = required.filter((name: string) => rest.properties?.[name]?.default === undefined);
  return needed.length > 0 ? { ...rest, required: needed } : rest;
}

/** A layout with the options beside its name as well as in `options`; what it needs may stand in either place. */
function optionsBesideName(shape: ObjectShape): ObjectShape {
  const { name, options } = shape.properties ?? {};
  const inside = (options as ObjectShape | undefined)?.properties;
  if (name?.const === undefined || options === undefined || inside === undefined) return shape;
  const { required: _required, ...loose } = options as ObjectShape;
  return { ...shape, properties: { name, ...inside, options: loose as TSchema } };
}
