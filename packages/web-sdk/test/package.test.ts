import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCodeBlocks } from '../../../scripts/publish/code-blocks.ts';
import { installPacked } from '../../../scripts/publish/install-packed.ts';
import { buildPackage, coreBudgetBytes, coreOf } from '../scripts/core-size.ts';

const run = promisify(execFile);
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const consumer = `
import { createAudioRecorder, createRecorder, listUnfinished, recover, type RecordedMedia, type RecorderOptions } from '@tapedeck/web';
import NERTC, { type Client, type ClientMediaRecordingOptions } from '@tapedeck/web/nertc';
import { RecorderWidget, useRecorder } from '@tapedeck/web/react';

export async function record(video: MediaStreamTrack): Promise<RecordedMedia> {
  const options: RecorderOptions = { sources: [{ id: 'me', video }], layout: { name: 'speaker', fit: 'cover' } };
  const recorder = await createRecorder(options);
  recorder.on('progress', ({ bytes }) => bytes.toFixed());
  // @ts-expect-error: no layout of that name
  recorder.setLayout('mosaic');
  // @ts-expect-error: not a rate
  await createAudioRecorder({ sources: [], sampleRateHz: 12_345 });
  for (const { id } of await listUnfinished()) (await recover(id)).file.name.trim();
  return recorder.stop();
}

export async function join(): Promise<string | undefined> {
  const client: Client = NERTC.createClient({ appkey: 'sample' });
  const quality: 720 = NERTC.RECORD_VIDEO_QUALITY_720p;
  const recordConfig = { recordType: 'video', recordVideoQuality: quality, recordVideoFrame: 15 } as const;
  const options: ClientMediaRecordingOptions = { recorder: 'all', recordConfig };
  await client.startMediaRecording(options);
  return client.stopMediaRecording();
}

export function Buttons() {
  const { state } = useRecorder();
  return <RecorderWidget options={() => ({ sources: [] })} words={{ start: state }} />;
}
`;

describe('the package as it is published', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-web-'));
  const [built, application] = [join(folder, 'built'), join(folder, 'application')];
  let paths: readonly string[] = [];

  const compile = async (name: string, module: string, moduleResolution: string, include: string[], more: object = {}): Promise<string> => {
    const options = {
      ...{ module, moduleResolution, target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable', 'dom.asynciterable'], jsx: 'react-jsx' },
      ...{ strict: true, noEmit: true, exactOptionalPropertyTypes: true, types: [], ...more },
    };
    writeFileSync(join(application, name), JSON.stringify({ compilerOptions: options, include }));
    const compiler = at('../../../node_modules/typescript/bin/tsc');
    return run(process.execPath, [compiler, '-p', name], { cwd: application }).then(
      ({ stdout }) => stdout,
      ({ stdout }: { stdout: string }) => stdout,
    );
  };

  beforeAll(async () => {
    await buildPackage(built);
    await run('mkdir', [application]);
    writeFileSync(join(application, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(application, 'consumer.tsx'), consumer);
    paths = await installPacked(built, '@tapedeck/web', application, [
      'livekit-client',
      'react',
      'react-dom',
      '@types/react',
      '@types/react-dom',
    ]);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('holds its entries with their types, the workers, the encoders and the licences, and nothing else', () => {
    expect(paths.toSorted()).toEqual([
      ...['LICENSE', 'README.md', 'THIRD_PARTY.md', 'create-recorder.js', 'fallback-recorder.js', 'index.d.ts', 'index.js'],
      ...['licences/LGPL-2.1.txt', 'licences/MPL-2.0.txt', 'mediabunny-aac-encoder.js', 'mediabunny-mp3-encoder.js'],
      ...['nertc.d.ts', 'nertc.js', 'package.json', 'react.d.ts', 'react.js', 'recorder-worker-media.js', 'recorder-worker-runtime.js'],
      ...['recorder-worker.js', 'remux-worker-media.js', 'remux-worker.js', 'types-recorder.d.ts', 'types-take-plan.d.ts', 'unfinished.js'],
    ]);
  });

  it('needs nothing of this repository, and React only for its entry', () => {
    const manifest = JSON.parse(readFileSync(join(built, 'package.json'), 'utf8')) as Record<string, object>;
    expect(Object.keys(manifest['dependencies'] ?? {})).toEqual(['livekit-client']);
    expect(manifest['peerDependenciesMeta']).toEqual({ react: { optional: true } });
    expect(manifest).not.toHaveProperty('private');
    const names = /\b(?:from|import)\s*\(?["'`]((?:@[\w-]+\/)?[\w-]+(?:\/[\w-]+)*)["'`]/g;
    const imported = (path: string): string[] => [...readFileSync(join(built, path), 'utf8').matchAll(names)].map(([, name = '']) => name);
    const others = readdirSync(built).flatMap((path) => (/\.(js|ts)$/.test(path) ? imported(path).map((name) => `${path}: ${name}`) : []));
    expect(others).toEqual(['nertc.js: livekit-client', 'react.d.ts: react', 'react.js: react', 'react.js: react/jsx-runtime']);
  });

  it.each([
    ['bundler', 'esnext'],
    ['node16', 'node16'],
  ])('has types for an application that resolves modules as %s', async (resolution, module) => {
    expect(await compile(`tsconfig.${resolution}.json`, module, resolution, ['consumer.tsx'])).toBe('');
  });

  it('has types with which every piece of its documents compiles', async () => {
    const documents = globSync(at('../../../docs/recorders/*.md'));
    expect(documents.length).toBeGreaterThan(9);
    const pieces = { skipLibCheck: true, moduleDetection: 'force' }; // livekit-client's own types have faults; each piece stands alone
    writeCodeBlocks([at('../README.md'), ...documents], application);
    expect(await compile('tsconfig.documents.json', 'esnext', 'bundler', ['example-*'], pieces)).toBe('');
  });

  it('has a core with its worker of at most 120 kB gzipped; encoders and readers of files are loaded on demand', () => {
    const { files, gzipBytes } = coreOf(built);
    console.log(`core: ${(gzipBytes / 1000).toFixed(1)} kB gzip (${files.join(', ')})`);
    expect(gzipBytes).toBeLessThanOrEqual(coreBudgetBytes);
    expect(gzipBytes).toBeGreaterThan(50_000);
    expect(files.some((path) => /encoder|remux|fallback/.test(path))).toBe(false);
  });
});
