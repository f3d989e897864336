import { expect, it } from 'vitest';
import { formatLogLine } from './format-log-line.ts';

it('turns a JSON line into one that people read', () => {
  const line = JSON.stringify({
    level: 30,
    time: '2026-01-02T03:04:05.678Z',
    role: 'recorder',
    pid: 7,
    recording: 'rec_1',
    epoch: 2,
    msg: 'recording claimed',
  });
  expect(formatLogLine(line)).toBe('03:04:05 info  recorder: recording claimed recording=rec_1 epoch=2\n');
});

it('shows a stack below and leaves other text alone', () => {
  expect(formatLogLine(JSON.stringify({ level: 50, role: 'api', msg: 'x', err: { stack: 'Error: y' } }))).toContain('\nError: y\n');
  expect(formatLogLine('no JSON\n')).toBe('no JSON\n');
});
