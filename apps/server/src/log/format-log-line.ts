const levelNames: Readonly<Record<number, string>> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };
const shownApart = new Set(['level', 'time', 'role', 'pid', 'msg', 'err']);

/** One JSON log line as a person reads it: `12:03:04 info recorder recording started id=rec_…`. Ends with a newline. */
export function formatLogLine(line: string): string {
  const entry = parse(line);
  if (entry === null) return line;
  const clock = typeof entry['time'] === 'string' ? entry['time'].slice(11, 19) : '';
  const facts = Object.entries(entry)
    .filter(([key]) => !shownApart.has(key))
    .map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const stack = (entry['err'] as { stack?: string } | undefined)?.stack;
  const level = levelNames[Number(entry['level'])] ?? '';
  return `${clock} ${level.padEnd(5)} ${String(entry['role'])}: ${String(entry['msg'] ?? '')}${facts.join('')}${stack === undefined ? '' : `\n${stack}`}\n`;
}

function parse(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}
