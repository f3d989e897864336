// `node scripts/task.mjs test|lint|types|bench|bootstrap [arguments]`: installs what is missing, then runs the task under Node 24.
import { join } from 'node:path';
import { installMissing } from './install.mjs';
import { root, runWithNode24 } from './node-24.mjs';

const SCRIPTS = {
  test: 'scripts/tasks/test.mjs',
  lint: 'scripts/tasks/lint.mjs',
  types: 'scripts/tasks/types.mjs',
  bench: 'bench/src/main.ts',
  bootstrap: null,
};

const [task, ...args] = process.argv.slice(2);
if (!task || !(task in SCRIPTS)) {
  console.error(`Unknown task "${task ?? ''}": ${Object.keys(SCRIPTS).join(', ')}.`);
  process.exit(2);
}
await installMissing(root);
if (SCRIPTS[task]) await runWithNode24(join(root, SCRIPTS[task]), args);
