import { PictureCanvas } from './canvas.ts';
import type { YuvColour } from './colour.ts';
import type { PlaceholderLook } from './look.ts';
import { layOver } from './overlay.ts';
import type { PictureStore } from './picture-store.ts';
import { drawText } from './text-art.ts';

const backdrop: YuvColour = [40, 128, 128];

/** Who has no picture, and how large their tile is. */
export interface PlaceholderSubject {
  readonly width: number;
  readonly height: number;
  /** Empty: nobody; no disc and no text are drawn then. */
  readonly identity: string;
  readonly name: string;
}

/**
 * Draws the picture of someone without a picture: the look's colour and image, else a dark tile with a disc whose hue belongs to the identity, and initials or
 * name. The caller closes it.
 */
export function drawPlaceholder(subject: PlaceholderSubject, look: PlaceholderLook, pictures: PictureStore): PictureCanvas {
  const { width, height, identity } = subject;
  const whole = { x: 0, y: 0, width, height };
  const canvas = new PictureCanvas(width, height);
  canvas.fill(whole, look.colour ?? backdrop);
  const image = pictures.draw(look.image, width, height);
  if (image !== null) layOver(canvas, image, image.mask, 0, 0, whole);
  if (identity === '') return canvas;
  const hasDisc = image === null && look.text !== 'name';
  if (hasDisc) drawDisc(canvas, colourOf(identity));
  if (look.text !== 'none') drawWords(canvas, look.text === 'name' ? nameOf(subject) : initialsOf(nameOf(subject)), hasDisc);
  return canvas;
}

const nameOf = ({ name, identity }: PlaceholderSubject): string => (name.trim() === '' ? identity : name);

/** At most two letters: of the first and the last word, or the first character of a name without spaces. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u).filter((word) => word !== ''); // prettier-ignore
  const first = (word: string | undefined): string =>
    [...new Intl.Segmenter().segment(word ?? '')][0]?.segment.toLocaleUpperCase('en') ?? '';
  return words.length > 1 ? first(words[0]) + first(words.at(-1)) : first(words[0]);
}

function drawWords(canvas: PictureCanvas, text: string, isOnDisc: boolean): void {
  const { width, height } = canvas;
  const side = Math.min(width, height);
  const fontPx = Math.round(isOnDisc ? side * 0.16 : side * 0.12);
  if (fontPx < 6) return;
  const words = drawText({
    ...{ text, fontPx, colour: '#FFFFFF', background: null, paddingPx: 0, cornerPx: 0 },
    ...{ maxWidth: Math.floor(width * 0.9), maxHeight: height },
  });
  if (words === null) return;
  const [x, y] = [evenFloor((width - words.width) / 2), evenFloor((height - words.height) / 2)];
  layOver(canvas, words, words.mask, x, y, { x: 0, y: 0, width, height });
}

function drawDisc(canvas: PictureCanvas, colour: YuvColour): void {
  const radius = evenFloor(Math.min(canvas.width, canvas.height) / 5);
  for (let row = -radius; row < radius; row += 2) {
    const half = evenFloor(Math.sqrt(radius * radius - (row + 1) * (row + 1)));
    if (half === 0) continue;
    canvas.fill({ x: evenFloor(canvas.width / 2 - half), y: evenFloor(canvas.height / 2 + row), width: half * 2, height: 2 }, colour);
  }
}

const evenFloor = (value: number): number => Math.floor(value / 2) * 2;

/** A calm colour that is the same for an identity in every recording. */
function colourOf(identity: string): YuvColour {
  let hash = 2_166_136_261;
  for (let index = 0; index < identity.length; index++) hash = Math.imul(hash ^ identity.charCodeAt(index), 16_777_619) >>> 0;
  const angle = ((hash % 360) * Math.PI) / 180;
  return [120, Math.round(128 + 40 * Math.cos(angle)), Math.round(128 + 40 * Math.sin(angle))];
}
