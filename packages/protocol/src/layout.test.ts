import { describe, expect, test } from 'vitest';
import { ValidationError } from './errors.ts';
import { layoutNames } from './layout.ts';
import { parseCreateRecording, parseOutput, parsePatchRecording } from './parse-create-recording.ts';

const layoutOf = (layout: unknown): unknown => {
  const output = parseOutput({ type: 'composite', layout });
  return output.type === 'composite' ? output.layout : null;
};
const fieldOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof ValidationError) return error.field;
    throw error;
  }
  return 'accepted';
};
const tile = { x: 0, y: 0, width: 0.5, height: 0.5 };

describe('a layout', () => {
  test.each(layoutNames.filter((name) => name !== 'custom'))('%s needs nothing but its name', (name) => {
    expect(layoutOf({ name })).toEqual({ name, options: {} });
  });

  test('takes options beside its name or in `options`, not one in both places', () => {
    const wanted = { name: 'custom', options: { tiles: [{ ...tile, slot: 1, z: 2 }] } };
    expect(layoutOf({ name: 'custom', tiles: wanted.options.tiles })).toEqual(wanted);
    expect(layoutOf(wanted)).toEqual(wanted);
    expect(layoutOf({})).toEqual({ name: 'grid', options: {} });
    expect(fieldOf(() => layoutOf({ name: 'grid', gap: 2, options: { gap: 4 } }))).toBe('output.layout.gap');
  });

  test('takes every decoration', () => {
    const options = {
      ...{ fit: 'smart', showAudioOnly: true, radius: 12, labels: { fontSize: 20, background: null, position: 'top-center' } },
      background: { color: '#102030', image: { url: 'https://example.com/b.png', fit: 'contain' } },
      tileBackground: { image: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
      placeholder: { color: '#ffffff', text: 'name', image: { url: 'file:logo.png' } },
      watermarks: [
        { type: 'image', url: 'https://example.com/w.png', x: 10, y: 20, width: 100, opacity: 0.5 },
        { type: 'text', text: '会议', position: 'bottom-right', color: '#FF0000', background: '#00000080' },
        { type: 'timestamp', timeZone: 'Asia/Shanghai' },
        { type: 'timestamp', timeZone: '+08:00', x: 0.5, y: 0.5 },
      ],
    };
    for (const name of layoutNames.filter((each) => each !== 'custom')) expect(layoutOf({ name, ...options })).toEqual({ name, options });
  });

  test.each([
    [{ name: 'grid', main: { identity: 'a' } }, 'layout.main'],
    [{ name: 'speaker', gap: 4 }, 'layout.gap'],
    [{ name: 'single', maxTiles: 2 }, 'layout.maxTiles'],
    [{ name: 'floating', align: 'left' }, 'layout.align'],
    [{ name: 'vertical', options: { tiles: [tile] } }, 'layout.options.tiles'],
    [{ name: 'grid', cells: 3 }, 'layout.cells'],
    [{ name: 'grid', maxTiles: 26 }, 'layout.maxTiles'],
    [{ name: 'grid', background: 'red' }, 'layout.background'],
    [{ name: 'grid', background: {} }, 'layout.background'],
    [{ name: 'grid', background: { color: 'red' } }, 'layout.background.color'],
    [{ name: 'grid', background: { image: { url: 'ftp://example.com/x.png' } } }, 'layout.background.image.url'],
    [{ name: 'grid', background: { image: { url: 'file:/etc/passwd' } } }, 'layout.background.image.url'],
    [{ name: 'grid', labels: { fontSize: 2 } }, 'layout.labels.fontSize'],
    [{ name: 'grid', radius: -1 }, 'layout.radius'],
    [{ name: 'grid', watermarks: Array.from({ length: 26 }, () => ({ type: 'text', text: 'x' })) }, 'layout.watermarks'],
    [{ name: 'grid', watermarks: [{ type: 'logo' }] }, 'layout.watermarks[0].type'],
    [{ name: 'grid', watermarks: [{ type: 'text', text: '' }] }, 'layout.watermarks[0].text'],
    [{ name: 'grid', watermarks: [{ type: 'text', text: 'a', position: 'center', x: 3 }] }, 'layout.watermarks[0].position'],
    [{ name: 'grid', watermarks: [{ type: 'timestamp', timeZone: 'Mars' }] }, 'layout.watermarks[0].timeZone'],
    [{ name: 'custom' }, 'layout.tiles'],
    [{ name: 'custom', tiles: [] }, 'layout.tiles'],
    [{ name: 'custom', tiles: Array.from({ length: 26 }, () => tile) }, 'layout.tiles'],
    [{ name: 'custom', tiles: [{ ...tile, identity: 'a', slot: 1 }] }, 'layout.tiles[0].slot'],
    [{ name: 'custom', tiles: [{ ...tile, x: 0.6 }] }, 'layout.tiles[0].width'],
    [{ name: 'custom', tiles: [{ ...tile, width: 0 }] }, 'layout.tiles[0].width'],
    [{ name: 'custom', tiles: [{ x: 0, y: 700, width: 100, height: 100 }] }, 'layout.tiles[0].height'],
    [{ name: 'custom', tiles: [{ ...tile, opacity: 2 }] }, 'layout.tiles[0].opacity'],
    [{ name: 'custom', tiles: [{ ...tile, crop: { x: 0.5, y: 0, width: 0.6, height: 1 } }] }, 'layout.tiles[0].crop.width'],
    [{ name: 'mosaic' }, 'layout.name'],
  ])('%j is refused and %s is named', (layout, field) => {
    expect(fieldOf(() => layoutOf(layout))).toBe(`output.${field}`);
    if (field !== 'layout.tiles[0].height') expect(fieldOf(() => parsePatchRecording({ layout }))).toBe(field);
    expect(fieldOf(() => parseCreateRecording({ room: 'r', outputs: [{ type: 'composite', layout }] }))).toBe(`outputs[0].${field}`);
  });

  test('in pixels must fit every picture that it is drawn on', () => {
    const layout = { name: 'custom', tiles: [{ identity: 'a', x: 0, y: 0, width: 1280, height: 720 }] };
    expect(fieldOf(() => parsePatchRecording({ layout }, [{ width: 1280, height: 720 }]))).toBe('accepted');
    expect(fieldOf(() => parsePatchRecording({ layout }, [{ width: 1280, height: 720 }, { width: 640, height: 720 }]))).toBe('layout.tiles[0].width'); // prettier-ignore
  });
});
