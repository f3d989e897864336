import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeFile, requirement } from '@tapedeck/testkit';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installPacked } from '../scripts/publish/install-packed.ts';
import { openBrowser } from './src/browser.ts';
import { serveInDevelopment } from './src/example-page.ts';
import { openTestPage } from './src/recorder-pages.ts';
import { serveSite, type WebPages } from './src/web-pages.ts';
import type { PackagePage } from './web-package/page.tsx';

const chromium = requirement('chromium');
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

describe.skipIf(chromium === null)('an application with the package as npm has it', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-packed-'));
  const [built, application] = [join(folder, 'built'), join(folder, 'application')];
  let browser: Browser;
  let context: BrowserContext;
  let pages: WebPages;

  const inPage = async <Answer>(act: (page: PackagePage) => Promise<Answer>, site: { readonly url: string } = pages): Promise<Answer> => {
    const page = await openTestPage(context, site, 'index');
    const answer = await page.evaluate(`(${act.toString()})(globalThis.page)`);
    await page.close();
    return answer as Answer;
  };
  const decode = async (name: string) => {
    let [pictures, samples, loudest] = [0, 0, 0];
    const file = await decodeFile(pages.uploaded(name), {
      picture: () => pictures++,
      sound(_first, block) {
        samples += block.length;
        for (const sample of block) loudest = Math.max(loudest, Math.abs(sample));
      },
    });
    return { codecs: [file.videoCodec, file.audioCodec], durationMs: file.durationMs, pictures, samples, loudest };
  };

  beforeAll(async () => {
    execFileSync(process.execPath, [at('../packages/web-sdk/scripts/build.ts'), built]);
    cpSync(at('web-package'), application, { recursive: true });
    writeFileSync(join(application, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(application, 'vite.config.js'), "export default { worker: { format: 'es' } };");
    await installPacked(built, '@tapedeck/web', application, ['livekit-client', 'react', 'react-dom']);
    [browser, pages] = await Promise.all([openBrowser(chromium ?? ''), serveSite(application)]);
    context = await browser.newContext();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await pages?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('records into an MP4 with the encoder that is loaded on demand, and shows the widget', async () => {
    await inPage((page) => page.record());
    const { codecs, durationMs, pictures, samples, loudest } = await decode('packed.mp4');
    expect(codecs).toEqual(['h264', 'aac']);
    expect(durationMs).toBeGreaterThan(1900);
    expect(pictures).toBeGreaterThan(20);
    expect(samples).toBeGreaterThan(80_000);
    expect(loudest).toBeGreaterThan(0.2);
  });

  it('makes a WebM of what a closed page left, in the second worker', async () => {
    await inPage((page) => page.begin());
    expect(await inPage((page) => page.recover())).toBe(1);
    const { codecs, durationMs, pictures } = await decode('packed.webm');
    expect(codecs).toEqual(['vp8', 'opus']);
    expect(durationMs).toBeGreaterThan(500); // as much as was on disk
    expect(pictures).toBeGreaterThan(5);
  });

  it('records while it is developed, as Vite serves it without more settings', async () => {
    const site = await serveInDevelopment(application);
    try {
      expect(await inPage((page) => page.record(), { url: site.url.replace(/\/$/, '') })).toBeGreaterThan(1900);
    } finally {
      await site.stop();
    }
  });
});
