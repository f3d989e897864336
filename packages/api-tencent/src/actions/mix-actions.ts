import type { DialectTask } from '@tapedeck/catalogue';
import { InvalidStateError } from '@tapedeck/catalogue';
import { parsePatchRecording } from '@tapedeck/protocol';
import { TencentError } from '../errors.ts';
import { detailsOf } from '../mapping/task-details.ts';
import { mixCanvasOf, mixTaskId, toMixOrigin, toMixRecording, toMixSubscribe } from '../mapping/to-mix-recording.ts';
import { toMixLayout } from '../mapping/to-mix-layout.ts';
import type { TencentRoom } from '../mapping/room-name.ts';
import { mixCodes } from '../parameters/code-style.ts';
import { StartMixByStrRoomIdSchema, StartMixSchema, StopMixByStrRoomIdSchema, StopMixSchema } from '../parameters/mix-schemas.ts';
import type { MixCall } from '../parameters/mix-schemas.ts';
import { outOfRange } from '../parameters/read-parameters.ts';
import { defineAction } from './action.ts';
import type { ActionContext } from './action.ts';
import { checkOwnApp } from './own-app.ts';

const facts = { version: '2019-07-22', internalCode: 'InternalError', codes: mixCodes, isWrite: true } as const;

/** Mixes an integer room into one recorded stream; while it is mixed a repeat changes the layout. */
export const startMix = defineAction({
  ...{ ...facts, schema: StartMixSchema },
  run: async (context, { SdkAppId, RoomId, ...call }) => await start(context, SdkAppId, { id: String(RoomId), isText: false }, call),
});

/** The same for a string room. */
export const startMixByStrRoomId = defineAction({
  ...{ ...facts, schema: StartMixByStrRoomIdSchema },
  run: async (context, { SdkAppId, StrRoomId, ...call }) => await start(context, SdkAppId, { id: StrRoomId, isText: true }, call),
});

/** Ends the mix of an integer room. */
export const stopMix = defineAction({
  ...{ ...facts, schema: StopMixSchema },
  run: async (context, { SdkAppId, RoomId }) => await stop(context, SdkAppId, { id: String(RoomId), isText: false }),
});

/** The same for a string room. */
export const stopMixByStrRoomId = defineAction({
  ...{ ...facts, schema: StopMixByStrRoomIdSchema },
  run: async (context, { SdkAppId, StrRoomId }) => await stop(context, SdkAppId, { id: StrRoomId, isText: true }),
});

async function start(context: ActionContext, sdkAppId: number, room: TencentRoom, call: MixCall): Promise<object> {
  const { options, application } = context;
  if (call.PublishCdnParams !== undefined && call.PublishCdnParams.PublishCdnUrls.length > 0)
    throw outOfRange(mixCodes, 'PublishCdnParams.PublishCdnUrls', 'must be empty: this server records and relays nothing');
  const recording = toMixRecording(call, room);
  await checkOwnApp(context, sdkAppId, 'UnauthorizedOperation.SdkAppId');
  for (;;) {
    const running = await findMix(context, sdkAppId, room);
    if (running === null) await options.admit?.(application, recording);
    const { task, isNew } =
      running === null
        ? await options.catalogue.dialects.create(application.id, recording, toMixOrigin(sdkAppId, call, room))
        : { task: running, isNew: false };
    if (isNew || (await change(context, task, call))) return {};
    // It was stopped meanwhile: its name is free.
  }
}

/** Layout and people change at once; sizes, rates and names are those of the first call, as the vendor has it for sound. False: it has ended. */
async function change({ options, application }: ActionContext, { recording }: DialectTask, call: MixCall): Promise<boolean> {
  const { outputs, id } = recording;
  const canvases = outputs.flatMap((output) => (output.type === 'composite' && output.video !== null ? [output.video] : []));
  const [canvas] = canvases;
  if (canvas !== undefined) mixCanvasOf(call);
  const layout = canvas === undefined ? {} : { layout: toMixLayout(call, canvas) };
  const wanted = parsePatchRecording({ subscribe: toMixSubscribe(call), ...layout }, canvases);
  return await options.catalogue.recordings.patch(application.id, id, wanted).then(() => true, falseIfEnded);
}

async function stop(context: ActionContext, sdkAppId: number, room: TencentRoom): Promise<object> {
  await checkOwnApp(context, sdkAppId, 'UnauthorizedOperation.SdkAppId');
  const running = await findMix(context, sdkAppId, room);
  const { recordings } = context.options.catalogue;
  const isStopped =
    running !== null &&
    (await recordings.setDesired(context.application.id, running.recording.id, 'stopped').then(() => true, falseIfEnded));
  if (!isStopped) throw new TencentError('FailedOperation.MixSessionNotExist', 'Nothing is mixed in this room.');
  return {};
}

function falseIfEnded(error: unknown): false {
  if (error instanceof InvalidStateError) return false;
  throw error;
}

async function findMix({ options, application }: ActionContext, sdkAppId: number, room: TencentRoom): Promise<DialectTask | null> {
  const live = await options.catalogue.dialects.live(application.id, 'tencent');
  const isOurs = ({ origin }: DialectTask): boolean =>
    origin.appId === String(sdkAppId) && origin.taskId === mixTaskId(room) && detailsOf(origin).kind === 'mix';
  return live.find(isOurs) ?? null;
}
