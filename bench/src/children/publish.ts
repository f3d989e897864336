// Light publishers in one process, `count` of them in each room. Job: {url, key, secret, room or rooms, count, isDistinct, bitrateKbps, width, height, fps}.
// `isDistinct`: each person of a room has a picture and a beep of its own. Message: {type: 'ready'} when all of them send.
import { loadAudioLoop, loadVideoLoop, startLightPublisher } from '@tapedeck/testkit';

interface Job {
  readonly url: string;
  readonly key: string;
  readonly secret: string;
  readonly room?: string;
  readonly rooms?: readonly string[];
  readonly count: number;
  readonly isDistinct?: boolean;
  readonly bitrateKbps: number;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** Seconds between the loops' keyframes; default 2. */
  readonly gopS?: number;
}

const job = JSON.parse(process.argv[2] ?? '{}') as Job;
process.on('disconnect', () => process.exit(0));
const { width, height, fps, bitrateKbps, url, key, secret, gopS = 2 } = job;
const loops = [];
for (let identity = 1; identity <= (job.isDistinct ? job.count : 1); identity++) {
  const video = await loadVideoLoop({ codec: 'vp8', identity, width, height, fps, gopS, bitrateKbps, durationS: 4 });
  loops.push({ video, audio: await loadAudioLoop({ identity, durationS: 4 }) });
}
for (const room of job.rooms ?? [job.room ?? '']) {
  for (let index = 0; index < job.count; index++) {
    await startLightPublisher({ url, key, secret, room, identity: `person-${index}`, ...loops[index % loops.length] });
  }
}
process.send?.({ type: 'ready' });
