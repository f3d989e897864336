#!/usr/bin/env node
// Starts the command line under Node 24 or newer: an older Node hands over to the one that npm installed (package `node`).
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as modules from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const isRecent = Number(process.versions.node.split('.')[0]) >= 24;
if (isRecent) {
  // In the environment, so that every process that this one starts takes it too: compiled code from the disk, and no compiler of TypeScript in its memory.
  // Beside what else is kept between runs: in a folder that others may write to, they could leave code of their own.
  process.env.NODE_COMPILE_CACHE ??= join(process.env.TAPEDECK_CACHE_DIR ?? join(homedir(), '.cache', 'tapedeck'), 'node');
  modules.enableCompileCache(); // by way of the namespace: an older Node, which stops at the other branch, has no such export
  const { main } = await import('../src/main.ts');
  await main(process.argv);
} else {
  const node = fileURLToPath(new URL('../../../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(node)) {
    console.error(`Tapedeck needs Node 24 (this is ${process.versions.node}) and ${node} is missing: run "npm ci" first.`);
    process.exit(1);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 128));
}
