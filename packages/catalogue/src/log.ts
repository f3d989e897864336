/** The part of a pino logger that this package uses. `info`: one line per life-cycle step. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** A log that drops everything. */
export const silentLog: Log = { info() {}, warn() {} };
