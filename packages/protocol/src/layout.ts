import Type from 'typebox';
import { FitSchema, GroundSchema, LabelsSchema, PlaceholderSchema, WatermarkSchema } from './layout-look.ts';
import { limits } from './limits.ts';

/** Every layout name of the contract. */
export const layoutNames = [
  'grid',
  'speaker',
  'screen-share',
  'floating',
  'vertical',
  'side-by-side',
  'adaptive',
  'single',
  'custom',
] as const;
export type LayoutName = (typeof layoutNames)[number];

/** JSON schema of {@link LayoutName}. */
export const LayoutNameSchema = Type.Enum([...layoutNames]);

const { min: fewestTiles, max: mostTiles } = limits.tiles;

const RadiusSchema = Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, description: 'Corner radius in pixels; 0 when left out.' }));

/** What every layout understands. */
const common = {
  fit: Type.Optional(FitSchema),
  showAudioOnly: Type.Optional(Type.Boolean({ description: 'A tile for people without video too; false when left out.' })),
  background: Type.Optional(GroundSchema('Behind everything; also in the bars of the tiles, unless they have a background of their own.')),
  tileBackground: Type.Optional(GroundSchema('Behind the picture of every tile.')),
  radius: RadiusSchema,
  labels: Type.Optional(LabelsSchema),
  placeholder: Type.Optional(PlaceholderSchema),
  watermarks: Type.Optional(Type.Array(WatermarkSchema, { maxItems: limits.watermarks })),
};

const maxTiles = Type.Optional(
  Type.Integer({
    minimum: fewestTiles,
    maximum: mostTiles,
    description: 'Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first.',
  }),
);
const gap = Type.Optional(
  Type.Integer({ minimum: 0, maximum: 64, multipleOf: 2, description: 'Pixels between tiles, even; 0 when left out.' }),
);
const SourceSchema = Type.Enum(['camera', 'screen']);
const main = Type.Optional(
  Type.Object(
    {
      identity: Type.String({
        minLength: 1,
        maxLength: limits.identityLength,
        description: '`*` matches any run of characters; the earliest to join wins.',
      }),
      source: Type.Optional(SourceSchema),
    },
    {
      additionalProperties: false,
      description:
        'Who has the large tile; it stays empty while they have no picture. Left out: the shared screen, else the active speaker (speaker, single) or the first person.',
    },
  ),
);
const align = Type.Optional(Type.Enum(['left', 'right'], { description: 'Side of the large tile; left when left out.' }));

/** One layout: its name, and the options that it understands. */
const layoutOf = <N extends LayoutName, P extends Record<string, Type.TSchema>>(name: N, description: string, own: P) =>
  Type.Object(
    { name: Type.Literal(name), options: Type.Object({ ...common, ...own }, { additionalProperties: false, default: {} }) },
    { additionalProperties: false, title: `Layout ${name}`, description },
  );

const position = (description: string) => Type.Number({ minimum: 0, maximum: limits.widthPx.max, description });

/** A tile of the `custom` layout. */
export const CustomTileSchema = Type.Object(
  {
    identity: Type.Optional(Type.String({ minLength: 1, maxLength: limits.identityLength, description: 'Whose tile it is.' })),
    slot: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 99,
        description:
          'Instead of an identity: people whom no tile names take the slots in the order of their numbers, as they joined. With neither, the order of the list counts.',
      }),
    ),
    source: Type.Optional(Type.Enum(['camera', 'screen'], { description: 'camera when left out.' })),
    x: position('Left edge.'),
    y: position('Top edge.'),
    width: Type.Number({ exclusiveMinimum: 0, maximum: limits.widthPx.max, description: 'More than 0.' }),
    height: Type.Number({ exclusiveMinimum: 0, maximum: limits.heightPx.max, description: 'More than 0.' }),
    z: Type.Optional(Type.Integer({ minimum: 0, maximum: 100, description: 'Higher is in front; 0 when left out.' })),
    fit: Type.Optional(FitSchema),
    radius: RadiusSchema,
    opacity: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: '1 when left out.' })),
    crop: Type.Optional(
      Type.Object(
        {
          x: Type.Number({ minimum: 0, maximum: 1, description: 'Left edge.' }),
          y: Type.Number({ minimum: 0, maximum: 1, description: 'Top edge.' }),
          width: Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'More than 0.' }),
          height: Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'More than 0.' }),
        },
        { additionalProperties: false, description: 'The part of the picture that is shown, in fractions of it; all of it when left out.' },
      ),
    ),
    background: Type.Optional(GroundSchema('Behind the picture; shown while nobody is there too.')),
    placeholder: Type.Optional(PlaceholderSchema),
  },
  { additionalProperties: false, title: 'CustomTile' },
);
export type CustomTile = Type.Static<typeof CustomTileSchema>;

const GridLayout = layoutOf('grid', 'Equal tiles, row by row, screens first; whole pictures unless `fit` says otherwise.', {
  maxTiles,
  gap,
  cells: Type.Optional(
    Type.Union(
      [
        Type.Literal('auto'),
        Type.Literal('nine-grid'),
        Type.Literal(1),
        Type.Literal(2),
        Type.Literal(4),
        Type.Literal(9),
        Type.Literal(16),
        Type.Literal(25),
      ],
      {
        description:
          'auto (default): as many as give the largest pictures; nine-grid: 1, 2, 4, 9, 16 or 25 by the number of people; or always so many.',
      },
    ),
  ),
});

/**
 * Which layout a composite output uses, with its options. What stands beside `name` other than `options` is read as an option, so
 * `{name: "custom", tiles: […]}` is the same as `{name: "custom", options: {tiles: […]}}`.
 */
export const LayoutSchema = Type.Union(
  [
    GridLayout,
    layoutOf('speaker', 'The active speaker (or a shared screen) large, others in a strip below; whole pictures.', { maxTiles, main }),
    layoutOf('screen-share', 'The shared screen large, others in a column beside it.', {
      maxTiles,
      main,
      align,
      withoutShare: Type.Optional(
        Type.Enum(['grid', 'column', 'speaker'], {
          description: 'While nobody shares: everybody in a grid (default), the column alone, or the active speaker in the large tile.',
        }),
      ),
    }),
    layoutOf('floating', 'One picture on all of the canvas, the others in small tiles over it from the bottom left.', { maxTiles, main }),
    layoutOf('vertical', 'One large picture, the others stacked beside it.', { maxTiles, main, align }),
    layoutOf('side-by-side', 'Equal boxes in one to four rows; whole pictures.', { maxTiles, gap }),
    layoutOf('adaptive', '1, 2, 4, 9, 16, 20 or 25 boxes, cropped; a shared screen below a strip of people.', { maxTiles, gap }),
    layoutOf('single', 'One picture: `main`, else the shared screen, the active speaker, the first person.', { main }),
    layoutOf('custom', 'Tiles where the request puts them; pictures are cropped to fill unless `fit` says otherwise.', {
      tiles: Type.Array(CustomTileSchema, { minItems: fewestTiles, maxItems: mostTiles }),
      unit: Type.Optional(
        Type.Enum(['fraction', 'pixel'], {
          description:
            'What the numbers of tiles are; when left out: fractions of the canvas if no width and no height is over 1, else pixels.',
        }),
      ),
    }),
  ],
  { description: 'Options may stand beside the name as well as in `options`.' },
);
export type Layout = Type.Static<typeof LayoutSchema>;
