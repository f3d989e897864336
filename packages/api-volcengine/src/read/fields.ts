import { invalidParameter, wrongType } from '../errors.ts';

/** A range of numbers and what stands for a value that is left out. */
export interface NumberRule {
  readonly min: number;
  readonly max: number;
  readonly fallback: number;
  /** The smallest value itself is not allowed. */
  readonly isAbove?: boolean;
  readonly isEven?: boolean;
  /** A bad value is refused in every version. */
  readonly isFirm?: boolean;
}

/**
 * The fields of one JSON object of a request. A field of another JSON type is refused in every version; one out of its range is refused when `isStrict`, else its default stands.
 * `null` counts as left out, a field that nobody asks for is ignored: both as in the vendor's own reading.
 */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly isStrict: boolean;

  /** @throws {VolcengineError} InvalidParameter.Unmarshal when the value is no object. */
  constructor(value: unknown, path: string, isStrict: boolean) {
    if (value === null || typeof value !== 'object' || Array.isArray(value))
      throw wrongType(path === '' ? 'The body' : path, 'a JSON object');
    this.#values = value as Record<string, unknown>;
    this.#path = path;
    this.isStrict = isStrict;
  }

  /** What messages call a field. */
  at(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  has(name: string): boolean {
    return this.#value(name) !== undefined;
  }

  isText(name: string): boolean {
    return typeof this.#value(name) === 'string';
  }

  #value(name: string): unknown {
    return Object.hasOwn(this.#values, name) ? (this.#values[name] ?? undefined) : undefined;
  }

  /** A text, or null when it is left out. Half surrogate pairs and NUL are refused: no database keeps them. */
  text(name: string): string | null {
    const value = this.#value(name);
    if (value === undefined) return null;
    if (typeof value !== 'string') throw wrongType(this.at(name), 'a string');
    if (!value.isWellFormed() || value.includes('\0')) throw invalidParameter(this.at(name), 'must be well-formed text');
    return value;
  }

  /** A text that must be there. */
  requiredText(name: string): string {
    const value = this.text(name);
    if (value === null || value === '') throw invalidParameter(this.at(name), 'is missing');
    return value;
  }

  bool(name: string, fallback: boolean): boolean {
    const value = this.#value(name);
    if (value === undefined) return fallback;
    if (typeof value !== 'boolean') throw wrongType(this.at(name), 'true or false');
    return value;
  }

  integer(name: string, rule: NumberRule): number {
    const value = this.#number(name);
    if (value === null) return rule.fallback;
    if (!Number.isSafeInteger(value)) throw wrongType(this.at(name), 'an integer');
    return this.#ranged(name, value, rule, 'an integer');
  }

  /** An integer that must be there and in range in every version. */
  requiredInteger(name: string, rule: Omit<NumberRule, 'fallback' | 'isFirm'>): number {
    if (!this.has(name)) throw invalidParameter(this.at(name), 'is missing');
    return this.integer(name, { ...rule, fallback: rule.min, isFirm: true });
  }

  float(name: string, rule: NumberRule): number {
    const value = this.#number(name);
    return value === null ? rule.fallback : this.#ranged(name, value, rule, 'a number');
  }

  requiredFloat(name: string, rule: Omit<NumberRule, 'fallback' | 'isFirm'>): number {
    if (!this.has(name)) throw invalidParameter(this.at(name), 'is missing');
    return this.float(name, { ...rule, fallback: rule.min, isFirm: true });
  }

  /** One of some integers. */
  choice<T extends number>(name: string, allowed: readonly T[], fallback: T, isFirm = false): T {
    const value = this.#number(name);
    if (value === null) return fallback;
    if (!Number.isSafeInteger(value)) throw wrongType(this.at(name), 'an integer');
    const chosen = allowed.find((one) => one === value);
    if (chosen !== undefined) return chosen;
    if (this.isStrict || isFirm) throw invalidParameter(this.at(name), `must be one of ${allowed.join(', ')}; it is ${value}`);
    return fallback;
  }

  object(name: string): Fields | null {
    const value = this.#value(name);
    return value === undefined ? null : new Fields(value, this.at(name), this.isStrict);
  }

  requiredObject(name: string): Fields {
    const value = this.object(name);
    if (value === null) throw invalidParameter(this.at(name), 'is missing');
    return value;
  }

  objects(name: string): readonly Fields[] {
    return this.#list(name).map((item, index) => new Fields(item, `${this.at(name)}[${index}]`, this.isStrict));
  }

  texts(name: string): readonly string[] {
    return this.#list(name).map((item, index) => {
      if (typeof item !== 'string') throw wrongType(`${this.at(name)}[${index}]`, 'a string');
      if (!item.isWellFormed() || item.includes('\0')) throw invalidParameter(`${this.at(name)}[${index}]`, 'must be well-formed text');
      return item;
    });
  }

  #list(name: string): readonly unknown[] {
    const value = this.#value(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw wrongType(this.at(name), 'a list');
    return value as readonly unknown[];
  }

  #number(name: string): number | null {
    const value = this.#value(name);
    if (value === undefined) return null;
    if (typeof value !== 'number' || !Number.isFinite(value)) throw wrongType(this.at(name), 'a number');
    return value;
  }

  #ranged(name: string, value: number, rule: NumberRule, kind: string): number {
    const { min, max, fallback, isAbove = false, isEven = false, isFirm = false } = rule;
    const isInside = value <= max && (isAbove ? value > min : value >= min);
    if (isInside && (!isEven || value % 2 === 0)) return value;
    if (isInside) throw invalidParameter(this.at(name), 'is odd: page and resolution with height should be even');
    if (this.isStrict || isFirm)
      throw invalidParameter(this.at(name), `must be ${kind} in ${isAbove ? '(' : '['}${min},${max}]; it is ${value}`);
    return fallback;
  }
}
