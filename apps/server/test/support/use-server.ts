import { afterAll, beforeAll } from 'vitest';
import { cleanUp, makeDataDir, type ServerProcess, startServerProcess } from './server-process.ts';

/** Starts a server on a new data directory before the tests of this `describe`; stops it and removes the directory after them. */
export function useServer(env: Readonly<Record<string, string>> = {}): ServerProcess {
  let dataDir: string | null = null;
  let started: ServerProcess | null = null;
  beforeAll(async () => {
    dataDir = makeDataDir();
    started = await startServerProcess(dataDir, env);
  }, 60_000);
  afterAll(async () => {
    if (dataDir !== null) await cleanUp(dataDir, started);
  });
  const server = (): ServerProcess => {
    if (started === null) throw new Error('The server runs while the tests run.');
    return started;
  };
  return {
    get api() {
      return server().api;
    },
    get url() {
      return server().url;
    },
    get dataDir() {
      return server().dataDir;
    },
    get pid() {
      return server().pid;
    },
    get output() {
      return server().output;
    },
    rolePids: (role) => server().rolePids(role),
    recorderPid: () => server().recorderPid(),
    renderWorkerPids: () => server().renderWorkerPids(),
    signal: (name) => server().signal(name),
  };
}
