// Light publishers in one process. Job: {url, key, secret, room, count, bitrateKbps, width, height, fps}. Messages: {type: 'ready'} when all of them send.
import { loadAudioLoop, loadVideoLoop, startLightPublisher } from '@tapedeck/testkit';

interface Job {
  readonly url: string;
  readonly key: string;
  readonly secret: string;
  readonly room: string;
  readonly count: number;
  readonly bitrateKbps: number;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

const job = JSON.parse(process.argv[2] ?? '{}') as Job;
process.on('disconnect', () => process.exit(0));
const video = await loadVideoLoop({
  codec: 'vp8',
  identity: 1,
  width: job.width,
  height: job.height,
  fps: job.fps,
  bitrateKbps: job.bitrateKbps,
  durationS: 4,
});
const audio = await loadAudioLoop({ identity: 1, durationS: 4 });
for (let index = 0; index < job.count; index++) {
  await startLightPublisher({ ...job, identity: `person-${index}`, video, audio });
}
process.send?.({ type: 'ready' });
