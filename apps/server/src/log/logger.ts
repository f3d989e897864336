import { type Logger, pino } from 'pino';
import type { LogLevel } from '../config/config.ts';
import { formatLogLine } from './format-log-line.ts';

export type { Logger } from 'pino';

/**
 * The log of one process: JSON lines on standard error, or one readable line each when that is a terminal. Standard output stays free for answers.
 * A reader that went away (a closed pipe) never stops the process.
 */
export function createLogger(role: string, level: LogLevel): Logger {
  const isTerminal = process.stderr.isTTY;
  process.stderr.on('error', () => undefined);
  const destination = {
    write: (line: string): void => {
      process.stderr.write(isTerminal ? formatLogLine(line) : line);
    },
  };
  return pino(
    {
      level,
      base: { role, pid: process.pid },
      redact: ['secret', '*.secret', 'token', '*.token', 'authorization'],
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    destination,
  );
}
