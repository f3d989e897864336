// `npm run bench [-- row …] [-- --quick]`: measures, prints the table and writes bench/results/<time>.json.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describeMachine } from './machine.ts';
import { meets, type RowResult } from './row.ts';
import { rows } from './rows/index.ts';
import { printTable, type TableLine } from './table.ts';

const args = process.argv.slice(2);
const isQuick = args.includes('--quick');
const wanted = args.filter((argument) => !argument.startsWith('-'));
const unknown = wanted.filter((id) => !rows.some((row) => row.id === id));
if (unknown.length > 0) {
  console.error(`Unknown row ${unknown.join(', ')}. There are: ${rows.map(({ id }) => id).join(', ')}.`);
  process.exit(2);
}

const machine = describeMachine();
console.log(
  `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, Node ${machine.node}, load ${machine.loadAtStart}${isQuick ? ' (quick)' : ''}`,
);
const work = fileURLToPath(new URL('../work', import.meta.url));
const results = fileURLToPath(new URL('../results', import.meta.url));
await mkdir(work, { recursive: true });
await mkdir(results, { recursive: true });

const lines: TableLine[] = [];
for (const row of rows.filter(({ id }) => wanted.length === 0 || wanted.includes(id))) {
  const folder = await mkdtemp(join(work, `${row.id}-`));
  console.log(`… ${row.title}`);
  try {
    const parts = await row.run({ folder, isQuick, log: (line) => console.log(`    ${line}`) });
    for (const [part, result] of Object.entries(parts)) lines.push({ id: `${row.id}.${part}`, title: row.title, result });
  } catch (error) {
    lines.push({ id: row.id, title: row.title, failure: error instanceof Error ? error.message : String(error) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
printTable(lines);
const file = join(results, `${new Date().toISOString().replaceAll(':', '-').slice(0, 19)}.json`);
const measured = lines.map((line) => (line.result ? { ...line, isMet: meets(line.result) } : line));
await writeFile(
  file,
  `${JSON.stringify({ machine, isQuick, rows: measured satisfies (TableLine & { isMet?: boolean; result?: RowResult })[] }, null, 2)}\n`,
);
console.log(`\nWritten to ${file}`);
if (lines.some(({ failure }) => failure !== undefined)) process.exitCode = 1;
