import { type ApiVersion, apiVersions } from '../versions.ts';
import type { Action } from './action.ts';
import { deleteCallback, getCallback, setCallback } from './callback-actions.ts';
import { getRecordTask, startRecord, stopRecord, updateRecord } from './record-actions.ts';

/** Every action with the versions that have it. */
const actions: Readonly<Record<string, { readonly versions: readonly ApiVersion[]; readonly run: Action }>> = Object.freeze({
  StartRecord: { versions: apiVersions, run: startRecord },
  UpdateRecord: { versions: apiVersions, run: updateRecord },
  StopRecord: { versions: apiVersions, run: stopRecord },
  GetRecordTask: { versions: apiVersions, run: getRecordTask },
  CreateCallback: { versions: ['2020-12-01'], run: setCallback },
  UpdateCallback: { versions: ['2020-12-01'], run: setCallback },
  DeleteCallback: { versions: ['2020-12-01'], run: deleteCallback },
  GetCallback: { versions: ['2020-12-01'], run: getCallback },
});

/** The action of a version, or null. */
export function findAction(name: string, version: ApiVersion): Action | null {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  return action?.versions.includes(version) === true ? action.run : null;
}
