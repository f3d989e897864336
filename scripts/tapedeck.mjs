#!/usr/bin/env node
// The command line of a checkout: installs what is missing, then hands over to the server's own entry under Node 24.
import { join } from 'node:path';
import { installMissing } from './install.mjs';
import { root, runWithNode24 } from './node-24.mjs';

await installMissing(root);
await runWithNode24(join(root, 'apps', 'server', 'bin', 'tapedeck.mjs'), process.argv.slice(2));
