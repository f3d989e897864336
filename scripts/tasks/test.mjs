// All checks and tests. The last line is `N passed, N failed, N skipped`: each static check counts as one test. Arguments go to Vitest; with
// arguments only Vitest runs.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildConsole } from './build-console.mjs';
import { check, CHECKS, run } from './run.mjs';

const args = process.argv.slice(2);
const counts = { passed: 0, failed: 0, skipped: 0 };
if (args.length === 0) {
  for (const name of Object.keys(CHECKS)) counts[(await check(name)) ? 'passed' : 'failed']++;
}
await buildConsole();
await runVitest();
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;

async function runVitest() {
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-test-'));
  const report = join(folder, 'vitest.json');
  const { ok } = await run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args], {
    inherit: true,
  });
  try {
    add(JSON.parse(readFileSync(report, 'utf8')), ok);
  } catch (error) {
    console.log(`Vitest left no report: ${error.message}`);
    counts.failed++;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that fails to load has no tests to count: it counts as one failure. So does a run that fails with every test green. */
function add(report, ok) {
  const emptyFailures = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  );
  const failed = report.numFailedTests + emptyFailures.length;
  counts.passed += report.numPassedTests;
  counts.skipped += report.numPendingTests + report.numTodoTests;
  counts.failed += failed === 0 && !ok ? 1 : failed;
}
