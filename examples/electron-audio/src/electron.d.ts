/** As much of Electron as this example uses. An application has Electron's own types (`npm install electron`) and deletes this file. */
declare module 'electron' {
  interface IpcRendererEvent {
    readonly sender: unknown;
  }
  interface WebPreferences {
    readonly preload?: string;
    readonly sandbox?: boolean;
    readonly contextIsolation?: boolean;
    readonly nodeIntegration?: boolean;
  }
  export const contextBridge: { exposeInMainWorld(name: string, api: unknown): void };
  export const ipcRenderer: {
    on(channel: string, listener: (event: IpcRendererEvent, ...args: never[]) => void): void;
    invoke(channel: string, ...args: unknown[]): Promise<unknown>;
  };
  export const ipcMain: { handle(channel: string, listener: (event: unknown, ...args: never[]) => unknown): void };
  export const app: {
    whenReady(): Promise<void>;
    getPath(name: 'music' | 'userData'): string;
    on(event: 'window-all-closed', listener: () => void): void;
    quit(): void;
  };
  export class BrowserWindow {
    constructor(options: { readonly width?: number; readonly height?: number; readonly webPreferences?: WebPreferences });
    loadFile(path: string): Promise<void>;
  }
}
