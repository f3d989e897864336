import { expect, test } from 'vitest';
import { CreateRecordingSchema, asRequestSchema } from './index.ts';

interface Shape {
  readonly properties: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly anyOf: readonly Shape[];
  readonly items: Shape;
  readonly const?: unknown;
}

const request = asRequestSchema(CreateRecordingSchema) as unknown as Shape;

test('what has a default may be left out', () => {
  expect(request.required).toEqual(['room']);
});

test('options of a layout are described beside its name and in `options`, needed in neither', () => {
  const layouts = request.properties['outputs']?.items.anyOf[0]?.properties['layout']?.anyOf ?? [];
  const custom = layouts.find(({ properties }) => properties['name']?.const === 'custom');
  expect(Object.keys(custom?.properties ?? {})).toEqual(expect.arrayContaining(['name', 'options', 'tiles', 'watermarks']));
  expect(custom?.required).toEqual(['name']);
  expect(custom?.properties['options']?.required ?? []).toEqual([]);
});
