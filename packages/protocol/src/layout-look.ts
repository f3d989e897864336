import Type from 'typebox';
import { limits } from './limits.ts';

const range = ({ min, max }: { min: number; max: number }) => ({ minimum: min, maximum: max });
const fits = ['contain', 'cover', 'fill', 'smart'] as const;

/** How a picture fills its box. */
export const FitSchema = Type.Enum([...fits], {
  description:
    'contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars.',
});

/** `#RRGGBB`. */
const ColorSchema = (description: string) => Type.String({ pattern: '^#[0-9A-Fa-f]{6}$', description: `${description} #RRGGBB.` });
const AlphaColorSchema = (description: string) =>
  Type.Union([Type.String({ pattern: '^#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})$', description: '#RRGGBB or #RRGGBBAA.' }), Type.Null()], {
    description: `${description} #RRGGBB or #RRGGBBAA; null: none.`,
  });

const ImageUrlSchema = Type.String({
  minLength: 1,
  maxLength: limits.imageUrlLength,
  pattern: String.raw`^(?:https?://[^\s]{1,2040}|data:image/(?:png|jpeg|jpg|webp|gif);base64,[A-Za-z0-9+/=_-]+|file:[^\s/\\][^\\]{0,250})$`,
  description:
    'http(s) address, data: URL with base64, or file:NAME (a file of the folder that the configuration names), of a PNG, JPEG, WebP or GIF up to 10 MB. Fetched once, when the recording starts or the layout is changed.',
});

/** A picture by its address. One that cannot be had is left out; the recording's history says so. */
export const ImageSchema = Type.Object(
  { url: ImageUrlSchema, fit: Type.Optional(FitSchema) },
  { additionalProperties: false, description: 'A picture; `fit` is cover when left out.' },
);

/** Colour, picture or both. */
export const GroundSchema = (description: string) =>
  Type.Object(
    { color: Type.Optional(ColorSchema('Black when left out.')), image: Type.Optional(ImageSchema) },
    { additionalProperties: false, minProperties: 1, description },
  );

/** What stands in for somebody without a picture. */
export const PlaceholderSchema = Type.Object(
  {
    color: Type.Optional(ColorSchema('Dark grey when left out.')),
    image: Type.Optional(ImageSchema),
    text: Type.Optional(Type.Enum(['initials', 'name', 'none'], { description: 'initials when left out; none when there is an image.' })),
  },
  { additionalProperties: false, description: 'What stands in for somebody without a picture.' },
);

const places = [
  'top-left',
  'top-center',
  'top-right',
  'center-left',
  'center',
  'center-right',
  'bottom-left',
  'bottom-center',
  'bottom-right',
] as const;

const FontSizeSchema = Type.Optional(
  Type.Integer({ ...range(limits.fontPx), description: 'Pixels; by the size of the picture when left out.' }),
);

/** Names in the tiles. */
export const LabelsSchema = Type.Object(
  {
    fontSize: FontSizeSchema,
    color: Type.Optional(ColorSchema('White when left out.')),
    background: Type.Optional(AlphaColorSchema('Box behind the name; half transparent black when left out.')),
    position: Type.Optional(Type.Enum([...places], { description: 'bottom-left when left out.' })),
  },
  { additionalProperties: false, description: 'Shows in each tile the name of who is in it (the identity of those without a name).' },
);

const coordinate = (description: string) => Type.Optional(Type.Number({ ...range({ min: 0, max: limits.widthPx.max }), description }));
const side = (description: string) =>
  Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: limits.widthPx.max, description: `More than 0. ${description}` }));
const box = {
  position: Type.Optional(Type.Enum([...places], { description: 'One of nine places instead of x and y.' })),
  x: coordinate('Left edge: fraction of the canvas when no number of the box is over 1, else pixels.'),
  y: coordinate('Top edge, likewise.'),
  width: side('Likewise; longer text is cut, and a box with a background is so wide.'),
  height: side('Likewise.'),
  opacity: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: '1 when left out.' })),
};
const lettering = {
  fontSize: FontSizeSchema,
  color: Type.Optional(ColorSchema('White when left out.')),
  background: Type.Optional(AlphaColorSchema('Box behind the text; none when left out.')),
};

const ImageWatermarkSchema = Type.Object(
  { type: Type.Literal('image'), url: ImageUrlSchema, fit: Type.Optional(FitSchema), ...box },
  { additionalProperties: false, title: 'ImageWatermark' },
);
const TextWatermarkSchema = Type.Object(
  {
    type: Type.Literal('text'),
    text: Type.String({ minLength: 1, maxLength: limits.watermarkTextLength, description: 'Several lines by \\n.' }),
    ...box,
    ...lettering,
  },
  { additionalProperties: false, title: 'TextWatermark' },
);
const TimestampWatermarkSchema = Type.Object(
  {
    type: Type.Literal('timestamp'),
    ...box,
    ...lettering,
    timeZone: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: 'IANA name (Asia/Shanghai) or offset (+08:00); UTC when left out.' }),
    ),
  },
  { additionalProperties: false, title: 'TimestampWatermark' },
);

/** Laid over everything, in the order of the list. */
export const WatermarkSchema = Type.Union([ImageWatermarkSchema, TextWatermarkSchema, TimestampWatermarkSchema], {
  description: 'Text top left, the clock (YYYY-MM-DD HH:mm:ss) top right unless placed.',
});
