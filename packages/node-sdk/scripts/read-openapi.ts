import { buildApi, type ApiOptions } from '@tapedeck/api';

/** The document that a server serves at `/v1/openapi.json`: nothing behind the routes is needed to describe them. */
export async function readOpenApi(): Promise<OpenApi> {
  const nothing = new Proxy({}, { get: () => nothing }) as never;
  const options: ApiOptions = {
    ...{ catalogue: nothing, livekit: nothing, files: nothing, storages: nothing, evidence: nothing },
    readiness: async () => ({}),
    metrics: async () => '',
  };
  const app = await buildApi(options);
  try {
    return (await app.inject('/v1/openapi.json')).json<OpenApi>();
  } finally {
    await app.close();
  }
}

/** As much of JSON Schema as the server's document uses. */
export interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

/** One operation of the document. */
export interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Schema;
    readonly description?: string;
  }[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Content & { readonly description?: string }>>;
}

/** The document. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
