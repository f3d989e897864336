import { chromium, type Browser } from 'playwright-core';

/** Starts a headless Chromium with a fake camera (20 pictures a second) and microphone whose timers run at full speed in the background. */
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
