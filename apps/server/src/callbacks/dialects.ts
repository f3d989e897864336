import type { Dialect, DialectCallbacks } from '@tapedeck/protocol';

/** How each dialect tells what happened. */
export type CallbacksByDialect = Partial<Readonly<Record<Dialect, DialectCallbacks>>>;
