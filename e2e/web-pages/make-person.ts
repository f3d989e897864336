/** What a synthetic person of a page shows and says. */
interface Look {
  readonly identity: number;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

/** A person whose pictures carry a barcode and whose sound beeps once a second, both by one clock. */
interface Person {
  readonly video: MediaStreamTrack;
  readonly audio: MediaStreamTrack;
  /** Goes on in another size, as a telephone does that is turned. */
  resize(width: number, height: number): void;
  stop(): void;
}

/** Keeps their tracks from being collected. */
const people: Person[] = [];

/** Paints and speaks in a worker of its own until it is stopped. */
export function makePerson(look: Look): Person {
  const worker = new Worker(new URL('./painter-worker.ts', import.meta.url), { type: 'module' });
  const video = new MediaStreamTrackGenerator({ kind: 'video' });
  const audio = new MediaStreamTrackGenerator({ kind: 'audio' });
  const { writable } = video;
  const { writable: sound } = audio;
  worker.postMessage({ ...look, writable, sound }, [writable, sound]);
  const person: Person = {
    video,
    audio,
    resize: (width, height) => worker.postMessage({ width, height }),
    stop() {
      worker.terminate();
      video.stop();
      audio.stop();
    },
  };
  people.push(person);
  return person;
}
