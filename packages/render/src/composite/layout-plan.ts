import { isLayoutName } from '@tapedeck/layout';
import type { LayoutPlan } from '../plan.ts';

/** A layout event's value when it is one that can be drawn, else null. */
export function parseLayout(value: unknown): LayoutPlan | null {
  if (typeof value === 'string') return isLayoutName(value) ? { name: value, options: {} } : null;
  if (typeof value !== 'object' || value === null || !('name' in value)) return null;
  const { name, ...rest } = value;
  if (typeof name !== 'string' || !isLayoutName(name)) return null;
  const options = 'options' in rest && typeof rest.options === 'object' && rest.options !== null ? { ...rest.options } : rest;
  return { name, options: options as Record<string, unknown> };
}
