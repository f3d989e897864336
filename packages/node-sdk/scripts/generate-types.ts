// `npm run generate -w @tapedeck/node`: writes src/client/api-types.ts from the server's OpenAPI document.
import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { readOpenApi, type OpenApi, type Operation, type Schema } from './read-openapi.ts';
import { TypeRenderer } from './render-types.ts';

const target = new URL('../src/client/api-types.ts', import.meta.url);

/** The whole file, formatted as the repository is. */
export async function generateTypes(): Promise<string> {
  const document = await readOpenApi();
  const counting = new TypeRenderer();
  operations(document, counting);
  const renderer = new TypeRenderer(counting.seen);
  const table = operations(document, renderer);
  const text = `// Generated from the server's OpenAPI document by \`npm run generate -w @tapedeck/node\`. Not to be edited.

${renderer.declarations()}

/** Every operation of the native API: what it takes and what it answers. */
export interface Operations {
${table}
}
`;
  return await format(text, { ...(await resolveConfig(target)), parser: 'typescript' });
}

/** Answers come first: where a request's type differs from an answer's of the same title, the request's gets the longer name. */
function operations({ paths }: OpenApi, renderer: TypeRenderer): string {
  const all = Object.entries(paths)
    .filter(([path]) => path.startsWith('/v1/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ key: `${method.toUpperCase()} ${path}`, operation })),
    );
  const answers = all.map(({ operation }) => answerOf(operation, renderer));
  for (const { operation } of all) for (const schema of problemsOf(operation)) renderer.type(schema, 'Problem');
  const rows = all.map(({ key, operation }, index) => {
    const { parameters = [], requestBody, summary } = operation;
    const body = requestBody?.content?.['application/json']?.schema;
    const path = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => `readonly ${name}: string;`);
    const query = parameters.filter((parameter) => parameter.in === 'query');
    return `/** ${summary ?? key} */
${JSON.stringify(key)}: {
  readonly path: ${path.length === 0 ? 'unknown' : `{ ${path.join(' ')} }`};
  readonly query: ${query.length === 0 ? 'unknown' : renderer.type(toObject(query), 'Query')};
  readonly body: ${body === undefined ? 'undefined' : renderer.type(body, 'Body')};
  readonly answer: ${answers[index]};
};`;
  });
  return rows.join('\n');
}

function answerOf({ responses }: Operation, renderer: TypeRenderer): string {
  const right = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1];
  const [mediaType, content] = Object.entries(right?.content ?? {})[0] ?? [];
  if (mediaType === 'application/zip') return 'Uint8Array';
  return content?.schema === undefined ? 'undefined' : renderer.type(content.schema, 'Answer');
}

function problemsOf({ responses }: Operation): Schema[] {
  return Object.entries(responses).flatMap(([status, { content = {} }]) =>
    status.startsWith('4') ? Object.values(content).flatMap(({ schema }) => (schema === undefined ? [] : [schema])) : [],
  );
}

function toObject(parameters: NonNullable<Operation['parameters']>): Schema {
  const properties = parameters.map(({ name, schema, description }): [string, Schema] => [
    name,
    description === undefined ? schema : { ...schema, description },
  ]);
  const required = parameters.filter((parameter) => parameter.required === true).map(({ name }) => name);
  return { type: 'object', properties: Object.fromEntries(properties), required };
}

if (import.meta.main) writeFileSync(target, await generateTypes());
