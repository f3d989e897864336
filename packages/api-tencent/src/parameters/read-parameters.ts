import type Type from 'typebox';
import { TencentError } from '../errors.ts';
import type { CodeStyle } from './code-style.ts';

/** The part of JSON Schema that the schemas of the actions use. */
interface Shape {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
}

/** How parameters are read. */
export interface ReadOptions {
  readonly codes: CodeStyle;
  /** Every value is text (old signature, or GET): numbers and booleans are made of it. */
  readonly isText: boolean;
}

/**
 * The parameters of an action as a new value of the schema's shape: nothing else comes in, and nothing is filled in. `null` counts as left out, as the SDKs have it; so does
 * an empty text where the schema wants at least one character and the parameter is required.
 *
 * @throws {TencentError} MissingParameter[.X], UnknownParameter, InvalidParameter (wrong type) or what `codes` says for a value out of range, naming the field.
 */
export function readParameters<T extends Type.TSchema>(schema: T, value: unknown, options: ReadOptions): Type.Static<T> {
  return read(schema as Shape, value, '', options) as Type.Static<T>;
}

function read(shape: Shape, value: unknown, path: string, options: ReadOptions): unknown {
  if (shape.enum !== undefined) return readEnum(shape, value, path, options);
  switch (shape.type) {
    case 'object':
      return readObject(shape, value, path, options);
    case 'array':
      return readArray(shape, value, path, options);
    case 'integer':
    case 'number':
      return readNumber(shape, value, path, options);
    case 'boolean':
      return readBoolean(value, path, options);
    default:
      return readString(shape, value, path, options);
  }
}

function readObject(shape: Shape, value: unknown, path: string, options: ReadOptions): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw wrongType(path, 'an object');
  const { properties = {}, required = [] } = shape;
  const given = value as Record<string, unknown>;
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(properties, name))
      throw new TencentError('UnknownParameter', `The parameter ${shown(at(path, name))} is not recognized.`);
  }
  const result: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(properties)) {
    const own = Object.hasOwn(given, name) ? given[name] : undefined;
    const isRequired = required.includes(name);
    const isEmpty = own === undefined || own === null || (own === '' && isRequired && (property.minLength ?? 0) > 0);
    if (!isEmpty) result[name] = read(property, own, at(path, name), options);
    else if (isRequired) throw missing(options.codes, at(path, name));
  }
  return result;
}

function readArray(shape: Shape, value: unknown, path: string, options: ReadOptions): unknown[] {
  if (!Array.isArray(value)) throw wrongType(path, 'a list');
  const { items = {}, maxItems = Infinity } = shape;
  if (value.length > maxItems) throw outOfRange(options.codes, path, `must have at most ${maxItems} items`);
  return value.map((item: unknown, index) => read(items, item, `${path}.${index}`, options));
}

function readEnum(shape: Shape, value: unknown, path: string, options: ReadOptions): unknown {
  const choices = shape.enum ?? [];
  const isNumber = typeof choices[0] === 'number';
  const read = isNumber ? readNumber({ type: 'integer' }, value, path, options) : readString({}, value, path, options);
  if (!choices.includes(read)) throw outOfRange(options.codes, path, `must be one of ${choices.join(', ')}`);
  return read;
}

function readNumber(shape: Shape, value: unknown, path: string, options: ReadOptions): number {
  const number = options.isText && typeof value === 'string' && /^-?\d{1,20}(?:\.\d{1,10})?$/.test(value) ? Number(value) : value;
  const isRight = typeof number === 'number' && (shape.type === 'integer' ? Number.isInteger(number) : Number.isFinite(number));
  if (!isRight) throw wrongType(path, shape.type === 'integer' ? 'an integer' : 'a number');
  const { minimum = -Infinity, maximum = Infinity } = shape;
  if (number < minimum || number > maximum)
    throw outOfRange(options.codes, path, maximum === Infinity ? `must be at least ${minimum}` : `must be from ${minimum} to ${maximum}`);
  return number;
}

function readBoolean(value: unknown, path: string, { isText }: ReadOptions): boolean {
  if (isText && (value === 'true' || value === 'false')) return value === 'true';
  if (typeof value !== 'boolean') throw wrongType(path, 'true or false');
  return value;
}

function readString(shape: Shape, value: unknown, path: string, { codes }: ReadOptions): string {
  if (typeof value !== 'string') throw wrongType(path, 'a string');
  // No database can keep these.
  if (value.includes('\0') || !value.isWellFormed())
    throw new TencentError('InvalidParameter', `The parameter ${shown(path)} must be well-formed text without NUL.`);
  const { minLength = 0, maxLength = Infinity, pattern, description } = shape;
  if (value.length < minLength || value.length > maxLength)
    throw outOfRange(
      codes,
      path,
      maxLength === Infinity ? `must have at least ${minLength} characters` : `must have ${minLength} to ${maxLength} characters`,
    );
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) throw outOfRange(codes, path, `must be ${description ?? pattern}`);
  return value;
}

/** A required parameter is not there. */
export const missing = (codes: CodeStyle, path: string): TencentError =>
  new TencentError(codes.missing(path), `The request is missing the required parameter ${shown(path)}.`);

/** A parameter has a value that it may not have. @param rule The end of a sentence: `must be from 1 to 60`. */
export const outOfRange = (codes: CodeStyle, path: string, rule: string): TencentError =>
  new TencentError(codes.outOfRange(path), `The parameter ${shown(path)} is out of range: it ${rule}.`);

const wrongType = (path: string, wanted: string): TencentError =>
  new TencentError(
    'InvalidParameter',
    path === '' ? `The parameters must be ${wanted}.` : `The parameter ${shown(path)} is of the wrong type: it must be ${wanted}.`,
  );

const at = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
const shown = (path: string): string => (path.length > 120 ? `${path.slice(0, 117)}…` : path);
