import Type from 'typebox';

/** Every layout name of the contract. */
export const layoutNames = ['grid', 'speaker', 'screen-share', 'floating', 'vertical', 'side-by-side', 'single', 'custom'] as const;
export type LayoutName = (typeof layoutNames)[number];

/** The layouts that this version draws; the others are refused by name. */
export const builtLayoutNames: readonly LayoutName[] = Object.freeze(['grid', 'speaker'] as const);

/** JSON schema of {@link LayoutName}. */
export const LayoutNameSchema = Type.Enum([...layoutNames]);

/** What the built layouts understand; each ignores what does not concern it. */
const LayoutOptionsSchema = Type.Object(
  {
    fit: Type.Optional(
      Type.Enum(['contain', 'cover', 'fill'], { description: 'Whole picture, whole tile, or stretched; `contain` when left out.' }),
    ),
    maxTiles: Type.Optional(Type.Integer({ minimum: 1, maximum: 25, description: 'Most tiles; 25 when left out.' })),
    showAudioOnly: Type.Optional(Type.Boolean({ description: 'A tile for people without video too; false when left out.' })),
    gap: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 64, multipleOf: 2, description: 'Pixels between tiles, even; 0 when left out.' }),
    ),
  },
  { additionalProperties: false, default: {} },
);

/** Which layout a composite output uses. `options` is handed to the layout as it is. */
export const LayoutSchema = Type.Object(
  {
    name: Type.Enum([...layoutNames], { default: 'grid', description: 'This version draws `grid` and `speaker`.' }),
    options: LayoutOptionsSchema,
  },
  { additionalProperties: false },
);
export type Layout = Type.Static<typeof LayoutSchema>;
