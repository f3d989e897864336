/** Somebody who can be recorded. */
export interface Person {
  readonly id: string;
  readonly isLocal: boolean;
  readonly video: MediaStreamTrack | null;
  readonly audio: MediaStreamTrack | null;
}

const hues: Readonly<Record<string, number>> = { me: 205, guest: 25 };
const tonesHz: Readonly<Record<string, number>> = { me: 440, guest: 660 };

/** This device's camera and microphone. @throws {DOMException} when the user or the system refuses. */
export async function openCamera(): Promise<readonly Person[]> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720 }, audio: true });
  return [{ id: 'me', isLocal: true, video: stream.getVideoTracks()[0] ?? null, audio: stream.getAudioTracks()[0] ?? null }];
}

/** This device's microphone, and a guest who is a tone. @throws {DOMException} when the user or the system refuses. */
export async function openMicrophone(): Promise<readonly Person[]> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  return [{ id: 'me', isLocal: true, video: null, audio: stream.getAudioTracks()[0] ?? null }, toneOf('guest', false)];
}

/** Two people who are drawn, and who beep in turn. */
export function drawPeople(): readonly Person[] {
  return [toneOf('me', true), toneOf('guest', false)].map((person) => ({ ...person, video: pictureOf(person.id) }));
}

/** Two people who only beep. */
export function soundPeople(): readonly Person[] {
  return [toneOf('me', true), toneOf('guest', false)];
}

/** Lets devices go. */
export function closePeople(people: readonly Person[]): void {
  for (const { video, audio } of people) {
    video?.stop();
    audio?.stop();
  }
}

/** A beep in each second; the guest's comes half a second later. Not to be heard, only to be recorded. */
function toneOf(id: string, isLocal: boolean): Person {
  const context = new AudioContext();
  const tone = new OscillatorNode(context, { frequency: tonesHz[id] ?? 550 });
  const loudness = new GainNode(context, { gain: 0 });
  const sound = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  tone.connect(loudness).connect(sound);
  tone.start();
  const [audio = null] = sound.stream.getAudioTracks();
  const beep = (): void => {
    if (audio?.readyState === 'ended') {
      clearInterval(timer);
      void context.close();
      return;
    }
    const from = context.currentTime + (isLocal ? 0 : 0.5);
    loudness.gain.setValueAtTime(0.3, from).setValueAtTime(0, from + 0.2);
  };
  const timer = setInterval(beep, 1000);
  beep();
  return { id, isLocal, video: null, audio };
}

/** A picture that moves, with a name and a clock. */
function pictureOf(id: string): MediaStreamTrack | null {
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
  const pen = canvas.getContext('2d');
  const [video = null] = canvas.captureStream(30).getVideoTracks();
  const timer = setInterval(() => {
    if (pen !== null) draw(pen, id);
    if (video?.readyState === 'ended') clearInterval(timer);
  }, 33);
  return video;
}

function draw(pen: CanvasRenderingContext2D, id: string): void {
  const seconds = performance.now() / 1000;
  const hue = hues[id] ?? 120;
  const shade = pen.createLinearGradient(0, 0, 640, 360);
  shade.addColorStop(0, `hsl(${hue} 70% 45%)`);
  shade.addColorStop(1, `hsl(${hue + 40} 70% 25%)`);
  pen.fillStyle = shade;
  pen.fillRect(0, 0, 640, 360);
  pen.fillStyle = 'rgb(255 255 255 / 85%)';
  pen.beginPath();
  pen.arc(320 + 220 * Math.cos(seconds), 180 + 90 * Math.sin(seconds * 2), 28, 0, 2 * Math.PI);
  pen.fill();
  pen.font = '600 54px system-ui, sans-serif';
  pen.fillText(id, 28, 72);
  pen.font = '32px ui-monospace, monospace';
  pen.fillText(new Date().toISOString().slice(11, 22), 28, 332);
}
