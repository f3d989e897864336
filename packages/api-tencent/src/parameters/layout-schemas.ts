import Type from 'typebox';

const integer = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum });
const optional = Type.Optional;
const strict = { additionalProperties: false } as const;
const pixels = integer(0, 1920);
const wide = integer(0, 2560);
const RenderMode = optional(Type.Enum([0, 1, 2, 3]));
const Font = optional(Type.Enum(['Tencent', 'SourceHanSans']));

/** The vendor's characters and endings of addresses of images; the ending may have a query behind it. */
const image = {
  maxLength: 2048,
  pattern: String.raw`^(?:https?://[A-Za-z0-9\-._~:/?#\[\]@!&()*+,%=]+\.(?:jpg|jpeg|png|JPG|JPEG|PNG)(?:\?[A-Za-z0-9\-._~:/?#\[\]@!&()*+,%=]*)?)?$`,
  description: "an http(s) address of a jpg, jpeg or png of the vendor's characters",
};
const ImageUrl = optional(Type.String(image));
const Color = optional(Type.String({ pattern: '^(?:#[0-9A-Fa-f]{6})?$', description: '#RRGGBB' }));

const MixLayoutSchema = Type.Object(
  {
    ...{ Top: pixels, Left: pixels, Width: pixels, Height: pixels },
    UserId: optional(Type.String({ maxLength: 256 })),
    Alpha: optional(integer(0, 255)),
    RenderMode,
    MediaId: optional(Type.Enum([0, 1])),
    ImageLayer: optional(integer(0, 65_535)),
    SubBackgroundImage: ImageUrl,
  },
  strict,
);
export type MixLayout = Type.Static<typeof MixLayoutSchema>;

const box = { Top: wide, Left: wide, Width: wide, Height: wide };
const WaterMarkSchema = Type.Object(
  {
    WaterMarkType: optional(Type.Enum([0, 1, 2])),
    WaterMarkImage: optional(Type.Object({ WaterMarkUrl: Type.String({ ...image, minLength: 1 }), ...box }, strict)),
    WaterMarkChar: optional(
      Type.Object(
        {
          ...box,
          Chars: Type.String({ minLength: 1, maxLength: 500 }),
          FontSize: optional(integer(6, 400)),
          FontColor: Color,
          BackGroundColor: Color,
          Font,
        },
        strict,
      ),
    ),
    WaterMarkTimestamp: optional(
      Type.Object({ Pos: Type.Enum([0, 1, 2, 3, 4, 5, 6]), TimeZone: optional(integer(-12, 14)), Font }, strict),
    ),
  },
  strict,
);
export type WaterMark = Type.Static<typeof WaterMarkSchema>;

/** Where everybody stands in a mixed picture. */
export const MixLayoutParamsSchema = Type.Object(
  {
    MixLayoutMode: Type.Enum([1, 2, 3, 4]),
    MixLayoutList: optional(Type.Array(MixLayoutSchema, { maxItems: 25 })),
    BackGroundColor: Color,
    MaxResolutionUserId: optional(Type.String({ maxLength: 256 })),
    MediaId: optional(Type.Enum([0, 1])),
    BackgroundImageUrl: ImageUrl,
    PlaceHolderMode: optional(Type.Enum([0, 1])),
    BackgroundImageRenderMode: RenderMode,
    DefaultSubBackgroundImage: ImageUrl,
    WaterMarkList: optional(Type.Array(WaterMarkSchema, { maxItems: 25 })),
    RenderMode,
    MaxResolutionUserAlign: optional(Type.Enum([0, 1])),
    PureAudioDisableLayout: optional(Type.Boolean()),
  },
  strict,
);
export type MixLayoutParams = Type.Static<typeof MixLayoutParamsSchema>;
