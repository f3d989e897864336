import { readFileSync } from 'node:fs';
import type { Recording as ProtocolRecording, Event, FileResource, Usage as ProtocolUsage } from '@tapedeck/protocol';
import { expect, expectTypeOf, test } from 'vitest';
import { generateTypes } from '../scripts/generate-types.ts';
import type { Operations, Recording, RecordingFile, TapedeckEvent, Usage } from '../src/index.ts';

test('the types are those of the OpenAPI document of this server (npm run generate -w @tapedeck/node writes them)', async () => {
  const committed = readFileSync(new URL('../src/client/api-types.ts', import.meta.url), 'utf8');
  expect(await generateTypes()).toBe(committed);
});

test('what the server answers by its own types is what the client says', () => {
  expectTypeOf<ProtocolRecording>().toExtend<Recording>();
  expectTypeOf<FileResource>().toExtend<RecordingFile>();
  expectTypeOf<Event>().toExtend<TapedeckEvent>();
  expectTypeOf<ProtocolUsage>().toExtend<Usage>();
  expectTypeOf<Operations['POST /v1/recordings']['answer']>().toEqualTypeOf<Recording>();
});
