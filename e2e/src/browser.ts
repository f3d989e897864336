import { chromium, type Browser } from 'playwright-core';

/** Starts a headless Chromium with a fake camera (15 pictures a second, so that two fit on a small machine) and a fake microphone. */
export function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      ...[
        '--no-sandbox',
        '--headless=new',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
      ],
      ...[
        '--disable-sync',
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        '--disable-background-timer-throttling',
      ],
      ...['--disable-renderer-backgrounding', '--disable-backgrounding-occluded-windows', '--autoplay-policy=no-user-gesture-required'],
      '--disable-features=WebRtcHideLocalIpsWithMdns',
    ],
  });
}
