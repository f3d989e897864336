import { expect, it } from 'vitest';
import { isAv1Reference, parseAv1Sequence } from './av1-references.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
/** What Chromium (libaom, L3T3_KEY) sent: its sequence header, and the beginnings of its frame OBUs with their temporal layers. */
const sequenceHeader = '005307098184c04220e1103088086627fb38034010';
const frames: readonly (readonly [temporalLayer: number, payload: string])[] = [
  [0, '129face04fe02ce91401861860a09220'], // keyframe
  [0, '30e04002000129c08a28a21490200040'], // its upper layer
  [2, '34000400000251810410402920400080'],
  [1, '3001040600012b409a69a61490200040'],
  [2, '34000c00000254011c71c62920400080'],
  [0, '30004400000127c3403b701d28000000'],
  [2, '3400040000025c817df7de2934800080'],
];

it('of three temporal layers the frames of the highest are nobody’s reference', () => {
  const sequence = parseAv1Sequence(bytes(sequenceHeader));
  expect(sequence).not.toBeNull();
  for (const [temporalLayer, payload] of frames) expect(isAv1Reference(bytes(payload), sequence), payload).toBe(temporalLayer !== 2);
});

it('what cannot be told counts as a reference', () => {
  const sequence = parseAv1Sequence(bytes(sequenceHeader));
  for (const [, payload] of frames) expect(isAv1Reference(bytes(payload), null)).toBe(true);
  expect(isAv1Reference(bytes('34'), sequence)).toBe(true);
  expect(isAv1Reference(new Uint8Array(0), sequence)).toBe(true);
  expect(parseAv1Sequence(bytes('0053'))).toBeNull();
});
