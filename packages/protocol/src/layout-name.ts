import Type from 'typebox';

/** Every layout name of the contract. */
export const layoutNames = ['grid', 'speaker', 'screen-share', 'floating', 'vertical', 'side-by-side', 'single', 'custom'] as const;
export type LayoutName = (typeof layoutNames)[number];

/** The layouts that this version draws; the others are refused by name. */
export const builtLayoutNames: readonly LayoutName[] = Object.freeze(['grid', 'speaker'] as const);

/** JSON schema of {@link LayoutName}. */
export const LayoutNameSchema = Type.Enum([...layoutNames]);

/** Which layout a composite output uses. `options` is handed to the layout as it is. */
export const LayoutSchema = Type.Object(
  {
    name: Type.Enum([...layoutNames], { default: 'grid', description: 'This version draws `grid` and `speaker`.' }),
    options: Type.Record(Type.String(), Type.Unknown(), { default: {}, description: 'Options of the layout by name.' }),
  },
  { additionalProperties: false },
);
export type Layout = Type.Static<typeof LayoutSchema>;
