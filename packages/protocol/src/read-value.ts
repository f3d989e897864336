import type { TSchema } from 'typebox';
import { ValidationError } from './errors.ts';

/** The part of JSON Schema that our schemas use. */
interface Shape {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly items?: Shape;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly default?: unknown;
  readonly description?: string;
  /** A secret: no message shows what was given. */
  readonly writeOnly?: boolean;
}

/**
 * A new value of exactly the schema's shape, from a value that came from outside: a property left out gets its default, everything else is checked.
 * The input is not changed. Objects list all their properties; an unknown one is refused by name. Strings must be well-formed Unicode without NUL.
 *
 * @param field What messages call the value: empty for a whole request, else a path like `outputs[0].video`.
 * @throws {ValidationError} INVALID_REQUEST naming field and allowed range, for the first thing found wrong.
 */
export function readValue(schema: TSchema, value: unknown, field = ''): unknown {
  return read(schema as Shape, value, field);
}

function read(shape: Shape, given: unknown, field: string): unknown {
  const value = given === undefined ? shape.default : given;
  if (value === undefined) throw new ValidationError(field, 'is missing');
  if (shape.writeOnly === true && typeof value !== 'string') throw new ValidationError(field, 'must be text');
  if (shape.anyOf !== undefined) return readUnion(shape.anyOf, value, field);
  if (shape.const !== undefined || shape.enum !== undefined) return readChoice(shape.enum ?? [shape.const], value, field);
  switch (shape.type) {
    case 'object':
      return readObject(shape, value, field);
    case 'array':
      return readArray(shape, value, field);
    case 'string':
      return readString(shape, value, field);
    case 'integer':
    case 'number':
      return readNumber(shape, value, field);
    case 'boolean':
      if (typeof value !== 'boolean') throw new ValidationError(field, 'must be true or false', value);
      return value;
    case 'null':
      if (value !== null) throw new ValidationError(field, 'must be null', value);
      return value;
    default:
      return readJson(value, field);
  }
}

function readUnion(shapes: readonly Shape[], value: unknown, field: string): unknown {
  const choices = shapes.filter((shape) => shape.const !== undefined);
  if (choices.length === shapes.length) return readChoice(choices.map((shape) => shape.const), value, field); // prettier-ignore
  const isNullable = shapes.some((shape) => shape.type === 'null');
  if (isNullable && value === null) return null;
  const rest = shapes.filter((shape) => shape.type !== 'null');
  const [only] = rest;
  if (only !== undefined && rest.length === 1) return read(only, value, field);
  // Several objects: told apart by `type` or `name`.
  const key = rest.every((shape) => shape.properties?.['type']?.const !== undefined) ? 'type' : 'name';
  const kinds = rest.map((shape) => shape.properties?.[key]?.const);
  const kind = plainObject(value, field)[key];
  if (kind === undefined) throw new ValidationError(at(field, key), `is missing; it must be ${oneOf(kinds)}`);
  const chosen = rest[kinds.indexOf(kind)];
  if (chosen === undefined) throw new ValidationError(at(field, key), `must be ${oneOf(kinds)}`, kind);
  return read(chosen, value, field);
}

function readChoice(allowed: readonly unknown[], value: unknown, field: string): unknown {
  if (!allowed.includes(value)) throw new ValidationError(field, `must be ${oneOf(allowed)}`, value);
  return value;
}

function readObject(shape: Shape, value: unknown, field: string): Record<string, unknown> {
  const given = plainObject(value, field);
  if (shape.properties === undefined) return readJson(given, field) as Record<string, unknown>;
  const names = Object.keys(shape.properties);
  for (const name of Object.keys(given)) {
    if (!names.includes(name)) throw new ValidationError(at(field, name), `is not known; allowed here: ${names.join(', ')}`);
  }
  if (Object.keys(given).length < (shape.minProperties ?? 0))
    throw new ValidationError(field, `must have at least one of ${names.join(', ')}`);
  const result: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(shape.properties)) {
    const isOptional = shape.required?.includes(name) !== true; // left out means left out: its default is not for here
    const own = Object.hasOwn(given, name) ? given[name] : undefined;
    if (own === undefined && isOptional) continue;
    result[name] = read(property, own, at(field, name));
  }
  return result;
}

function readArray(shape: Shape, value: unknown, field: string): unknown[] {
  const { minItems = 0, maxItems = Infinity, items } = shape;
  if (!Array.isArray(value)) throw new ValidationError(field, 'must be a list', value);
  if (value.length < minItems || value.length > maxItems)
    throw new ValidationError(field, `must have ${minItems} to ${maxItems} items`, value.length);
  const result = value.map((item: unknown, index) =>
    items === undefined ? readJson(item, field) : read(items, item ?? null, `${field}[${index}]`),
  );
  if (shape.uniqueItems === true && new Set(result).size < result.length)
    throw new ValidationError(field, 'must not name anything twice', value);
  return result;
}

function readString(shape: Shape, value: unknown, field: string): string {
  const { minLength = 0, maxLength = Infinity, pattern, description, writeOnly = false } = shape;
  if (typeof value !== 'string') throw new ValidationError(field, 'must be text', value);
  if (value.length < minLength || value.length > maxLength)
    throw new ValidationError(field, `must have ${minLength} to ${maxLength} characters`, value.length);
  checkText(value, field);
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value))
    throw new ValidationError(field, `is not of the allowed form (${description ?? pattern})`, writeOnly ? undefined : value);
  return value;
}

function readNumber(shape: Shape, value: unknown, field: string): number {
  const { type, exclusiveMinimum = -Infinity, minimum = Math.max(-Infinity, exclusiveMinimum), maximum = Infinity, multipleOf = 0 } = shape;
  const kind = multipleOf === 2 ? 'an even integer' : type === 'integer' ? 'an integer' : 'a number';
  const isRight =
    typeof value === 'number' &&
    (type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
    value >= minimum &&
    value > exclusiveMinimum &&
    value <= maximum &&
    (multipleOf === 0 || value % multipleOf === 0);
  if (!isRight)
    throw new ValidationError(
      field,
      `must be ${kind} ${Number.isFinite(exclusiveMinimum) ? 'above' : 'from'} ${minimum} to ${maximum}`,
      value,
    );
  return value;
}

const maxDepth = 32;

/** Any JSON value: what no database can keep (NUL, half a surrogate pair) is refused wherever it stands. */
function readJson(value: unknown, field: string, depth = 0): unknown {
  if (depth > maxDepth) throw new ValidationError(field.slice(0, 60), `must not be nested deeper than ${maxDepth} levels`);
  if (typeof value === 'string') checkText(value, field);
  else if (typeof value === 'number' && !Number.isFinite(value)) throw new ValidationError(field, 'must be a finite number');
  else if (Array.isArray(value)) return value.map((item: unknown, index) => readJson(item, `${field}[${index}]`, depth + 1));
  else if (value !== null && typeof value === 'object') {
    for (const name of Object.keys(value)) checkText(name, at(field, JSON.stringify(name)));
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, readJson(part, at(field, name), depth + 1)]));
  }
  return value;
}

function checkText(text: string, field: string): void {
  if (text.includes('\0')) throw new ValidationError(field, 'must not contain the character NUL');
  if (!text.isWellFormed()) throw new ValidationError(field, 'must be well-formed Unicode');
}

function plainObject(value: unknown, field: string): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new ValidationError(field, 'must be a JSON object', value);
  return value as Record<string, unknown>;
}

const at = (field: string, name: string): string => (field === '' ? name : `${field}.${name}`);
const oneOf = (values: readonly unknown[]): string =>
  values.length === 1 ? JSON.stringify(values[0]) : `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`;
