import type { Application } from '@tapedeck/catalogue';
import { TencentError } from '../errors.ts';
import type { ActionContext } from './action.ts';

/**
 * The application whose an SdkAppId is, with its primary pair, when that is the caller's: listed by its application, or nobody's and the caller is the first application, which lists none.
 *
 * @throws {TencentError} with `vendorCode` when it is another's.
 */
export async function checkOwnApp({ options, application }: ActionContext, sdkAppId: number, vendorCode: string): Promise<Application> {
  const owner = await options.catalogue.dialects.applicationOf('tencent', String(sdkAppId));
  if (owner === null || owner.id !== application.id)
    throw new TencentError(vendorCode, `The SdkAppId ${sdkAppId} does not belong to this key.`);
  return owner;
}
