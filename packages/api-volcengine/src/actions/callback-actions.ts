import { hiddenSecret, type VolcengineSettings } from '@tapedeck/protocol';
import { invalidParameter } from '../errors.ts';
import { Fields } from '../read/fields.ts';
import { readAppId, readBusinessId } from '../read/names.ts';
import { type Action, type Call, checkApplication } from './action.ts';

const mostEvents = 100;

/** Sets where callbacks go, what signs them (a key as answers show it stays) and which are sent: settings of the application, for all of its AppIds. */
export const setCallback: Action = async (call) => {
  const body = new Fields(call.body(), '', true);
  const { id } = await checkApplication(call, readEitherAppId(body));
  readEitherBusinessId(body);
  const callbackUrl = readUrl(body);
  const callbackKey = body.requiredText('SecretKey');
  if (callbackKey.length > 256) throw invalidParameter('SecretKey', 'must have at most 256 characters');
  const events = body.texts('EventList');
  if (events.length > mostEvents || events.some((event) => !/^\w{1,64}$/.test(event)))
    throw invalidParameter('EventList', `must have at most ${mostEvents} event types`);
  await call.options.outgoing?.check(callbackUrl);
  const callbackEvents = events.length === 0 ? null : [...new Set(events)];
  await call.options.catalogue.applications.patchSettings(id, {
    volcengine: { callbackUrl, callbackEvents, ...(callbackKey !== hiddenSecret && { callbackKey }) },
  });
  return 'ok';
};

/** Sends no callbacks any more. */
export const deleteCallback: Action = async (call) => {
  const body = new Fields(call.body(), '', true);
  const { id } = await checkApplication(call, readEitherAppId(body));
  readEitherBusinessId(body);
  const none = { callbackUrl: null, callbackKey: null, callbackEvents: null };
  await call.options.catalogue.applications.patchSettings(id, { volcengine: none });
  return 'ok';
};

/** Shows the settings; the key is hidden. */
export const getCallback: Action = async (call) => {
  const query = new Fields(call.query, '', true);
  const appId = readEitherAppId(query);
  const { id } = await checkApplication(call, appId);
  const businessId = readEitherBusinessId(query) ?? '';
  const { volcengine } = await call.options.catalogue.applications.settings(id);
  return { AccountId: id, AppId: appId, BusinessId: businessId, Callbacks: present(call, appId, businessId, volcengine) };
};

function present({ application }: Call, appId: string, businessId: string, settings: VolcengineSettings): readonly object[] {
  const { callbackUrl, callbackEvents } = settings;
  if (callbackUrl === null) return [];
  const of = { AccountId: application.id, AppId: appId, BusinessId: businessId, Region: 'cn-north-1' };
  return [{ ...of, EventList: callbackEvents ?? [], SecretKey: hiddenSecret, URL: callbackUrl }];
}

/** The vendor spells it `AppID` here and `AppId` elsewhere. */
const readEitherAppId = (fields: Fields): string => readAppId(fields, fields.has('AppID') ? 'AppID' : 'AppId');
const readEitherBusinessId = (fields: Fields): string | null =>
  readBusinessId(fields, fields.has('BusinessID') ? 'BusinessID' : 'BusinessId');

function readUrl(body: Fields): string {
  const url = body.requiredText('URL');
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const isRight = parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === '';
  if (!isRight || url.length > 2048) throw invalidParameter('URL', 'must be an http(s) address of at most 2048 characters');
  return url;
}
