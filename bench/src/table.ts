import { meets, type Peer, type RowResult } from './row.ts';

/** One line: a result or why there is none. */
export interface TableLine {
  readonly id: string;
  readonly title: string;
  readonly result?: RowResult;
  readonly failure?: string;
}

/** Prints the table as Markdown, so that it can be pasted into the README. */
export function printTable(lines: readonly TableLine[]): void {
  const cells = [['row', 'measured', 'must', 'peer in the same run', 'ratio', 'met'], ...lines.map(cellsOf)];
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const print = (row: readonly string[]): void =>
    console.log(`| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  console.log('');
  print(cells[0] ?? []);
  console.log(`|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
  for (const row of cells.slice(1)) print(row);
  for (const { id, result } of lines) if (result?.facts) console.log(`${id}: ${Object.entries(result.facts).map(fact).join(', ')}`);
}

function cellsOf({ id, title, result, failure }: TableLine): string[] {
  if (!result) return [`${title} (${id})`, '–', '', failure ?? '', '', 'not measured'];
  const peers = result.peers ?? [];
  return [
    `${title} (${id})`,
    `${rounded(result.value)} ${result.unit}`,
    mustBe(result.limit),
    peers
      .map(
        (peer) =>
          `${peer.name}: ${peer.value === null ? `not here (${peer.note ?? ''})` : `${rounded(peer.value)}${peer.note ? ` (${peer.note})` : ''}`}`,
      )
      .join('; '),
    peers.map((peer) => ratio(result.value, peer)).join('; '),
    meets(result) ? 'yes' : 'no',
  ];
}

function mustBe(limit: RowResult['limit']): string {
  if (limit?.atMost !== undefined) return `≤ ${limit.atMost}`;
  return limit?.atLeast === undefined ? '' : `≥ ${limit.atLeast}`;
}

function ratio(value: number, peer: Peer): string {
  if (peer.value === null) return '–';
  return `${(value / peer.value).toFixed(2)}${peer.limitRatio === undefined ? '' : ` (≤ ${peer.limitRatio})`}`;
}

function fact([name, value]: [string, number | string]): string {
  return `${name} ${typeof value === 'number' ? rounded(value) : value}`;
}

function rounded(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3);
}
