import type { Catalogue } from '@tapedeck/catalogue';
import {
  ApplicationSchema,
  PatchApplicationSchema,
  ValidationError,
  asRequestSchema,
  hideSecrets,
  parseCreateTemplate,
  parsePatchApplication,
} from '@tapedeck/protocol';
import type { ApplicationSettings, PatchApplication } from '@tapedeck/protocol';
import type { FastifyInstance } from 'fastify';
import { keyHolderOf } from '../http/authenticate.ts';
import { problems } from '../openapi.ts';
import type { ApiOptions } from '../ports.ts';

const tags = ['application'];
/** Name of the template that `autoRecord` is. */
const autoRecordName = 'auto-record';

/** The caller's application and its settings. Only a key pair itself may use them. */
export function applicationRoutes(app: FastifyInstance, options: ApiOptions): void {
  const { applications, templates } = options.catalogue;

  app.get('/v1/application', {
    schema: { tags, summary: 'Read the application', response: { 200: ApplicationSchema, ...problems } },
    handler: async (request) => {
      const { id } = keyHolderOf(request);
      return await present(templates, id, await applications.settings(id));
    },
  });

  app.patch('/v1/application', {
    schema: {
      ...{ tags, summary: 'Change the application; what is left out stays' },
      ...{ body: asRequestSchema(PatchApplicationSchema), response: { 200: ApplicationSchema, ...problems } },
    },
    handler: async (request) => {
      const { id } = keyHolderOf(request);
      const { autoRecord, ...change } = parsePatchApplication(request.body);
      const template = autoRecord === undefined || autoRecord === null ? autoRecord : toTemplate(autoRecord);
      for (const vendor of ['tencent', 'volcengine'] as const) {
        const url = change[vendor]?.callbackUrl;
        if (typeof url === 'string') await options.outgoing?.check(url, `${vendor}.callbackUrl`);
      }
      if (template !== undefined) await setAutoRecord(templates, id, template); // first: it may be refused, and then nothing is changed
      return await present(templates, id, await applications.patchSettings(id, change));
    },
  });
}

function toTemplate(autoRecord: NonNullable<PatchApplication['autoRecord']>): ReturnType<typeof parseCreateTemplate> {
  const { tencent, volcengine, ...rest } = autoRecord;
  try {
    const autoStart = { ...(tencent !== undefined && { tencent }), ...(volcengine !== undefined && { volcengine }) };
    return parseCreateTemplate({ match: { rooms: ['*'] }, ...rest, autoStart, name: autoRecordName }, 'autoRecord');
  } catch (error) {
    // Named as the request spells it.
    throw error instanceof ValidationError ? error.at(error.field.replace('.autoStart.', '.')) : error;
  }
}

/** The whole of it is replaced, as any other value of the application. @throws {ValidationError} INVALID_REQUEST when it names a storage that is not there. */
async function setAutoRecord(
  templates: Catalogue['templates'],
  applicationId: string,
  template: ReturnType<typeof toTemplate> | null,
): Promise<void> {
  const present = await templates.byName(applicationId, autoRecordName);
  try {
    if (template === null && present !== null) await templates.delete(applicationId, present.id);
    else if (template !== null && present !== null) await templates.patch(applicationId, present.id, template);
    else if (template !== null) await templates.create(applicationId, template, null);
  } catch (error) {
    throw error instanceof ValidationError ? error.at(`autoRecord.${error.field}`) : error;
  }
}

async function present(templates: Catalogue['templates'], id: string, settings: ApplicationSettings): Promise<object> {
  const template = await templates.byName(id, autoRecordName);
  const { tencent, volcengine } = template?.autoStart ?? {};
  const autoRecord =
    template === null
      ? null
      : {
          ...{ enabled: template.enabled, match: template.match, recording: template.recording },
          ...(tencent !== undefined && { tencent }),
          ...(volcengine !== undefined && { volcengine }),
        };
  return { id, ...hideSecrets(settings), autoRecord };
}
