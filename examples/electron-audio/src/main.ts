import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, ipcMain } from 'electron';

await app.whenReady();
ipcMain.handle('music-folder', () => app.getPath('music'));
app.on('window-all-closed', () => app.quit());

const window = new BrowserWindow({
  width: 480,
  height: 320,
  webPreferences: {
    preload: fileURLToPath(new URL('preload.mjs', import.meta.url)),
    sandbox: false, // the preload loads a native module
    contextIsolation: true,
    nodeIntegration: false,
  },
});
await window.loadFile(fileURLToPath(new URL('../index.html', import.meta.url)));
