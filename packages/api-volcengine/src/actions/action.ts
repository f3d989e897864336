import type { Application } from '@tapedeck/catalogue';
import { VolcengineError } from '../errors.ts';
import type { VolcengineOptions } from '../ports.ts';
import type { ApiVersion } from '../versions.ts';

/** One signed call. */
export interface Call {
  /** Whose key signed it. */
  readonly application: Application;
  readonly version: ApiVersion;
  /** Parameters of the query as a JSON object, without those of the signature. */
  readonly query: Readonly<Record<string, string>>;
  /** The body as JSON. @throws {VolcengineError} InvalidParameter.BodyIsEmpty · InvalidParameter.Unmarshal */
  body(): unknown;
  readonly options: VolcengineOptions;
  readonly nowMs: number;
}

/** Answers `Result`. */
export type Action = (call: Call) => Promise<unknown>;

/**
 * The application of the call, when the AppId is its.
 *
 * @throws {VolcengineError} InvalidParameter.NotExistAppId · AccessDenied.NoPermissionForApp
 */
export async function checkApplication({ application, options }: Call, appId: string): Promise<Application> {
  const owner = await options.catalogue.dialects.applicationOf('volcengine', appId);
  if (owner === null) throw new VolcengineError('InvalidParameter.NotExistAppId', `AppId ${appId} does not exist.`);
  if (owner.id !== application.id)
    throw new VolcengineError('AccessDenied.NoPermissionForApp', `The account has no permission for AppId ${appId}.`);
  return application;
}
