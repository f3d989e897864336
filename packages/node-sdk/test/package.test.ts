import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeCodeBlocks } from '../../../scripts/publish/code-blocks.ts';
import { readWav } from './support/wav.ts';

const run = promisify(execFile);
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const documents = ['../README.md', '../../../docs/sdk-node.md', '../../../docs/sdk-node.zh-CN.md'];

describe('the package as it is published', { timeout: 120_000 }, () => {
  beforeAll(async () => void (await run(process.execPath, [at('../scripts/build.ts')])), 120_000); // fails with what publint finds

  it('needs nothing of this repository', () => {
    const manifest = JSON.parse(readFileSync(at('../dist/package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
      private?: boolean;
    };
    expect(Object.keys(manifest.dependencies).filter((name) => name.startsWith('@tapedeck/'))).toEqual([]);
    expect(manifest).not.toHaveProperty('private');
    expect(existsSync(at('../dist/audio/audio-recorder.test.js'))).toBe(false);
  });

  it('has types with which the Electron example compiles, and every piece of its documents', async () => {
    writeCodeBlocks(documents.map(at), at('../dist'));
    await expect(
      run(process.execPath, [at('../../../node_modules/typescript/bin/tsc'), '-p', at('../tsconfig.consumer.json')]),
    ).resolves.toBeDefined();
  });

  it('records in plain Node, without a room, and lets the process end', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tapedeck-package-'));
    const script = join(folder, 'record.mjs');
    writeFileSync(
      script,
      `import { createAudioRecorder, releaseRtc } from ${JSON.stringify(at('../dist/index.js'))};
for (const name of ['a.wav', 'a.aac']) {
  const recorder = createAudioRecorder({ sampleRate: 48000, channels: 2 });
  recorder.on('audioRecording', (code) => console.log(name, code));
  recorder.startAudioRecording(${JSON.stringify(folder)} + '/' + name, 32000, 1);
  await recorder.write(new Int16Array(2 * 48000).fill(1000));
  await recorder.close();
}
await releaseRtc();`,
    );
    const { stdout } = await run(process.execPath, [script], { timeout: 60_000 });
    expect(stdout.trim().split('\n')).toEqual(['a.wav 3', 'a.wav 5', 'a.aac 3', 'a.aac 5']);
    const { samples, sampleRateHz } = readWav(join(folder, 'a.wav'));
    expect([samples.length, sampleRateHz]).toEqual([32_000, 32_000]);
    expect(Math.abs(samples[16_000]! - 1000)).toBeLessThan(3); // the resampler dithers
    rmSync(folder, { recursive: true });
  });
});
