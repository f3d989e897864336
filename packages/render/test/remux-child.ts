import { remuxLog } from '../src/remux/remux-log.ts';

// Forked by remux-kill.test.ts: remuxes and says after each batch how far it is, so that the parent can choose its moment.
process.on('message', ({ recordingDir, plan, outDir }: { recordingDir: string; plan: Parameters<typeof remuxLog>[1]; outDir: string }) => {
  const onProgress = (progress: object): void => void process.send!(progress);
  void remuxLog(recordingDir, plan, outDir, { follow: true, onProgress }).then((files) => process.send!({ files }, () => process.exit(0)));
});
process.send!({ ready: true });
