/** The part of a pino logger that this package uses. `info`: one line per life-cycle step, never one per packet. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** A log that drops everything. */
export const silentLog: Log = { debug() {}, info() {}, warn() {} };
