import type { Schema } from './read-openapi.ts';

/** Titles that are called otherwise, because the platform or LiveKit has something else of that name. */
const CALLED: Readonly<Record<string, string>> = {
  Event: 'TapedeckEvent',
  File: 'RecordingFile',
  Key: 'KeyPair',
  Participant: 'RecordedParticipant',
  Room: 'OpenRoom',
  Storage: 'StorageResource',
  Token: 'RoomToken',
};

/** Turns schemas into TypeScript; what has a title, or comes more than once, gets a name. */
export class TypeRenderer {
  readonly #named = new Map<string, string>();
  readonly #names = new Map<string, string>();
  readonly #counts: ReadonlyMap<string, number>;

  /** @param counts How often each body of an object was rendered, by a renderer without counts before. */
  constructor(counts: ReadonlyMap<string, number> = new Map()) {
    this.#counts = counts;
  }

  /** Bodies seen, with how often. */
  readonly seen = new Map<string, number>();

  /** The type of a schema. `hint` names it when it comes more than once. */
  type(schema: Schema, hint: string): string {
    if (schema.const !== undefined) return JSON.stringify(schema.const);
    if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
    if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map((one) => this.type(one, hint)))].join(' | ');
    switch (schema.type) {
      case 'string':
      case 'boolean':
      case 'null':
        return schema.type;
      case 'integer':
      case 'number':
        return 'number';
      case 'array':
        return `readonly (${this.type(schema.items ?? {}, singular(hint))})[]`;
      case 'object':
        return this.#object(schema, hint);
      default:
        return 'unknown';
    }
  }

  /** All named types, as exported interfaces. */
  declarations(): string {
    return [...this.#names]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, body]) => `export interface ${name} ${body}`)
      .join('\n\n');
  }

  #object(schema: Schema, hint: string): string {
    const { properties = {}, additionalProperties } = schema;
    const values = Object.values(schema.patternProperties ?? {})[0] ?? additionalProperties;
    if (Object.keys(properties).length === 0) {
      const value = typeof values === 'object' ? this.type(values, singular(hint)) : 'unknown';
      return `Readonly<Record<string, ${value}>>`;
    }
    const lines = Object.entries(properties).map(([name, property]) => {
      const isNeeded = schema.required?.includes(name) ?? false;
      const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
      return `${comment(property)}readonly ${key}${isNeeded ? '' : '?'}: ${this.type(property, pascal(name))};`;
    });
    const body = `{\n${lines.join('\n')}\n}`;
    this.seen.set(body, (this.seen.get(body) ?? 0) + 1);
    if (schema.title === undefined && (this.#counts.get(body) ?? 0) < 2) return body;
    return this.#name(body, schema.title === undefined ? hint : pascal(CALLED[schema.title] ?? schema.title));
  }

  #name(body: string, wanted: string): string {
    const known = this.#named.get(body);
    if (known !== undefined) return known;
    const name = [wanted, `${wanted}Request`, ...Array.from({ length: 9 }, (_, index) => `${wanted}${index + 2}`)].find(
      (candidate) => !this.#names.has(candidate),
    );
    if (name === undefined) throw new Error(`Too many different types would be called ${wanted}.`);
    this.#named.set(body, name);
    this.#names.set(name, body);
    return name;
  }
}

function comment({ description }: Schema): string {
  return description === undefined ? '' : `/** ${description.replaceAll('*/', '*\\/')} */\n`;
}

function pascal(text: string): string {
  return text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}

const singular = (name: string): string => (name.endsWith('s') ? name.slice(0, -1) : name);
