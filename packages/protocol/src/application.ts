import Type from 'typebox';
import { limits } from './limits.ts';
import { readValue } from './read-value.ts';
import { checkHttpUrl } from './webhook.ts';

const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** Stands in answers for a secret that is set; sent back it changes nothing. */
export const hiddenSecret = '********';

const callbackUrl = Nullable(
  Type.String({ minLength: 8, maxLength: limits.urlLength, description: 'Where the vendor-style callbacks go; null: nowhere.' }),
);
const secret = (description: string) =>
  Nullable(
    Type.String({
      minLength: 1,
      maxLength: 256,
      description: `${description} Shown as ${hiddenSecret}; null: the application's own secret.`,
    }),
  );
const ids = (description: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 64, pattern: String.raw`^[\w-]+$`, description: 'letters, digits, "-" and "_"' }), {
    maxItems: 100,
    uniqueItems: true,
    description,
  });

const tencentFields = {
  sdkAppIds: Type.Array(Type.Integer({ minimum: 1, maximum: 4_294_967_295 }), {
    maxItems: 100,
    uniqueItems: true,
    description: 'SDKAppIds that belong to this application; none: the first application takes any.',
  }),
  callbackUrl,
  callbackKey: secret('Signs callbacks.'),
  userSigKey: secret('Verifies UserSig and PrivateMapKey.'),
  bizId: Nullable(Type.Integer({ minimum: 1, maximum: 4_294_967_295, description: 'For legacy stream ids.' })),
};
const volcengineFields = {
  appIds: ids('AppIds that belong to this application; none: the first application takes any.'),
  callbackUrl,
  callbackKey: secret('Signs callbacks.'),
  callbackEvents: Nullable(
    Type.Array(Type.String({ minLength: 1, maxLength: 64, pattern: String.raw`^\w+$`, description: 'letters, digits and "_"' }), {
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
      description: 'EventTypes that are sent; null: all.',
    }),
  ),
};

/** Settings of the Tencent dialect. */
export const TencentSettingsSchema = Type.Object(tencentFields, { additionalProperties: false, title: 'TencentSettings' });
export type TencentSettings = Type.Static<typeof TencentSettingsSchema>;
/** Settings of the Volcengine dialect. */
export const VolcengineSettingsSchema = Type.Object(volcengineFields, { additionalProperties: false, title: 'VolcengineSettings' });
export type VolcengineSettings = Type.Static<typeof VolcengineSettingsSchema>;

/** What an application has set, secrets in clear: never for an answer. */
export interface ApplicationSettings {
  readonly name: string;
  readonly tencent: TencentSettings;
  readonly volcengine: VolcengineSettings;
}

/** Everything as it is before anything is set. */
export const defaultSettings: Omit<ApplicationSettings, 'name'> = Object.freeze({
  tencent: Object.freeze({ sdkAppIds: [], callbackUrl: null, callbackKey: null, userSigKey: null, bizId: null }),
  volcengine: Object.freeze({ appIds: [], callbackUrl: null, callbackKey: null, callbackEvents: null }),
});

const AutoRecordSchema = Nullable(
  Type.Object(
    {
      enabled: Type.Optional(Type.Boolean()),
      match: Type.Optional(Type.Unknown({ description: 'As `match` of a template; every room when left out.' })),
      recording: Type.Optional(Type.Unknown({ description: 'As `recording` of a template.' })),
      tencent: Type.Optional(Type.Unknown({ description: 'As `autoStart.tencent` of a template.' })),
      volcengine: Type.Optional(Type.Unknown({ description: 'As `autoStart.volcengine` of a template.' })),
    },
    {
      additionalProperties: false,
      description: 'Every room (or those of `match`) is recorded by itself: the template named `auto-record`. null: no such template.',
    },
  ),
);

/** The body of `PATCH /v1/application`: at least one property; inside `tencent` and `volcengine` too only what is named changes. */
export const PatchApplicationSchema = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    tencent: Type.Optional(Type.Partial(Type.Object(tencentFields), { additionalProperties: false, minProperties: 1 })),
    volcengine: Type.Optional(Type.Partial(Type.Object(volcengineFields), { additionalProperties: false, minProperties: 1 })),
    autoRecord: Type.Optional(AutoRecordSchema),
  },
  { additionalProperties: false, minProperties: 1, title: 'PatchApplication' },
);

/** A change of {@link ApplicationSettings}: what is left out stays. */
export interface PatchApplication {
  readonly name?: string;
  readonly tencent?: Partial<TencentSettings>;
  readonly volcengine?: Partial<VolcengineSettings>;
  readonly autoRecord?: {
    readonly enabled?: boolean;
    readonly match?: unknown;
    readonly recording?: unknown;
    readonly tencent?: unknown;
    readonly volcengine?: unknown;
  } | null;
}

/** The answer of `GET /v1/application`. */
export const ApplicationSchema = Type.Object(
  {
    id: Type.String({ description: '`app_…`' }),
    name: Type.String(),
    tencent: TencentSettingsSchema,
    volcengine: VolcengineSettingsSchema,
    autoRecord: AutoRecordSchema,
  },
  { additionalProperties: false, title: 'Application' },
);

/** The request of `PATCH /v1/application`. @throws {ValidationError} INVALID_REQUEST naming field and allowed range. */
export function parsePatchApplication(value: unknown): PatchApplication {
  const patch = readValue(PatchApplicationSchema, value) as PatchApplication;
  for (const [name, part] of [
    ['tencent', patch.tencent],
    ['volcengine', patch.volcengine],
  ] as const) {
    if (typeof part?.callbackUrl === 'string') checkHttpUrl(part.callbackUrl, `${name}.callbackUrl`);
  }
  return { ...patch, ...dropHidden('tencent', patch.tencent), ...dropHidden('volcengine', patch.volcengine) };
}

/** A secret that comes back as it was shown is left alone. */
function dropHidden(name: string, part: object | undefined): object {
  if (part === undefined) return {};
  return { [name]: Object.fromEntries(Object.entries(part).filter(([, value]) => value !== hiddenSecret)) };
}

/** The settings with every secret hidden, as an answer shows them. */
export function hideSecrets(settings: ApplicationSettings): ApplicationSettings {
  const hide = (value: string | null): string | null => (value === null ? null : hiddenSecret);
  const { name, tencent, volcengine } = settings;
  return {
    name,
    tencent: { ...tencent, callbackKey: hide(tencent.callbackKey), userSigKey: hide(tencent.userSigKey) },
    volcengine: { ...volcengine, callbackKey: hide(volcengine.callbackKey) },
  };
}
