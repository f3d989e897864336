import { TencentError } from '../errors.ts';
import type { TextParameters } from './signature-v1.ts';

type Branch = Map<string, Branch | string>;

const mostLevels = 12;

/**
 * The value that `A.0=p&B.C.0=1` flattens: names of digits alone make lists, in the order of their numbers. Leaves stay text.
 *
 * @param except Names that are no parameters of the action.
 * @throws {TencentError} InvalidParameter when a name is both a value and a parent, or is nested too deep.
 */
export function unflatten(parameters: TextParameters, except: readonly string[]): Record<string, unknown> {
  const root: Branch = new Map();
  for (const [name, value] of parameters) {
    if (!except.includes(name)) put(root, name, value);
  }
  return toObject(root);
}

function put(root: Branch, name: string, value: string): void {
  const steps = name.split('.');
  const last = steps.pop() ?? '';
  if (steps.length > mostLevels) throw broken(name);
  let branch = root;
  for (const step of steps) {
    const next = branch.get(step) ?? new Map<string, Branch | string>();
    if (typeof next === 'string') throw broken(name);
    branch.set(step, next);
    branch = next;
  }
  if (branch.has(last)) throw broken(name);
  branch.set(last, value);
}

function toValue(node: Branch | string): unknown {
  if (typeof node === 'string') return node;
  const names = [...node.keys()];
  if (!names.every((name) => /^\d{1,6}$/.test(name))) return toObject(node);
  return names.sort((a, b) => Number(a) - Number(b)).map((name) => toValue(node.get(name) ?? ''));
}

const toObject = (node: Branch): Record<string, unknown> => Object.fromEntries([...node].map(([name, child]) => [name, toValue(child)]));

const broken = (name: string): TencentError =>
  new TencentError('InvalidParameter', `The parameter ${name.slice(0, 64)} does not fit together with the others.`);
