import type { AudioRecorderSource } from '../audio/create-audio-recorder.ts';
import type { Stream } from './nertc-stream.ts';

/** Every sound of a call that there is now: microphones and shared screens, this device's own first. */
export function audioSourcesOf(local: Stream | null, remotes: readonly Stream[]): AudioRecorderSource[] {
  const streams = local === null ? remotes : [local, ...remotes];
  return streams.flatMap((stream) =>
    (['audio', 'audioSlave'] as const).flatMap((mediaType) => {
      const audio = stream.trackOf(mediaType);
      const isLocal = !stream.isRemote;
      return audio === null ? [] : [{ id: `${isLocal ? 'local' : 'remote'} ${stream.getId()} ${mediaType}`, audio, isLocal }];
    }),
  );
}
