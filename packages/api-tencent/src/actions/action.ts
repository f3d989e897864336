import type { Application } from '@tapedeck/catalogue';
import type Type from 'typebox';
import type { TencentOptions } from '../options.ts';
import type { CodeStyle } from '../parameters/code-style.ts';
import { readParameters } from '../parameters/read-parameters.ts';

/** Versions of the two services that are spoken. */
export type ApiVersion = '2019-07-22' | '2018-07-17';

/** What an action knows of the call besides its parameters. */
export interface ActionContext {
  readonly options: TencentOptions;
  readonly application: Application;
  /** The call's signature, as text: the very same call has the same one. */
  readonly signature: string;
  /** `http(s)://host:port` where the caller reached this server. */
  readonly origin: string;
  readonly nowMs: number;
}

/** One action of the vendor's API. */
export interface Action {
  readonly version: ApiVersion;
  readonly codes: CodeStyle;
  /** The code for what nobody foresaw. */
  readonly internalCode: string;
  /** It changes something: a call of the old signature is taken once. */
  readonly isWrite: boolean;
  /** What stands in `Response` beside RequestId. @param isText Every value is text. */
  run(context: ActionContext, parameters: unknown, isText: boolean): Promise<object>;
}

/** An action whose parameters are read by a schema before it runs. */
export function defineAction<T extends Type.TSchema>(
  facts: Omit<Action, 'run'> & { readonly schema: T; run(context: ActionContext, parameters: Type.Static<T>): Promise<object> },
): Action {
  const { schema, run, ...rest } = facts;
  return {
    ...rest,
    run: async (context, parameters, isText) => await run(context, readParameters(schema, parameters, { codes: facts.codes, isText })),
  };
}

/** What the cloud recording actions share. */
export const recordingFacts = { version: '2019-07-22', internalCode: 'InternalError.CRInternalError' } as const;
