import { decodeFile, requirement } from '@tapedeck/testkit';
import { describe, expect, it } from 'vitest';
import { useRecorderPages } from './src/recorder-pages.ts';

const chromium = requirement('chromium');

describe.skipIf(chromium === null)('the recorder widget', () => {
  const pages = useRecorderPages(chromium, 'widget');

  it('records the fake camera and microphone, pauses, and saves the file', { timeout: 60_000 }, async () => {
    const page = await pages.open();
    await page.click('text=Record');
    await page.waitForSelector('[data-state=recording]');
    await page.waitForFunction(() => /^00:0[3-9] · \d+\.\d MB$/.test(document.querySelector('output')?.textContent ?? ''));
    await page.click('text=Pause');
    await page.waitForSelector('[data-state=paused]');
    await page.click('text=Resume');
    await page.click('text=Stop');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=Keep it')]);
    expect(download.suggestedFilename()).toBe('widget.mp4');
    await download.saveAs(pages.uploaded('widget.mp4'));
    let pictures = 0;
    const file = await decodeFile(pages.uploaded('widget.mp4'), { picture: () => pictures++, sound: () => undefined });
    expect([file.videoCodec, file.audioCodec]).toEqual(['h264', 'opus']);
    expect(file.durationMs).toBeGreaterThan(2900);
    expect(pictures).toBeGreaterThan(30);
    await page.close();
  });
});
