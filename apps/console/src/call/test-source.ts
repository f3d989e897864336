import Ticker from './ticker.ts?worker&inline';

const WIDTH = 640;
const HEIGHT = 360;
const BEEP_S = 0.1;

/** A camera and a microphone made of a canvas and an oscillator: a moving picture, a flash and a beep in the first 100 ms of every second. */
export interface TestSource {
  readonly video: MediaStreamTrack;
  readonly audio: MediaStreamTrack;
  stop(): void;
}

/** Starts at once. Must be called from a click: browsers start sound only then. */
export function startTestSource(name: string): TestSource {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('This browser has no 2D canvas.');
  const hue = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0) * 47, 0) % 360;
  const sound = startBeep(500 + (hue % 8) * 100);
  const ticker = new Ticker();
  ticker.onmessage = () => paint(pen, name, hue, sound.context.currentTime);
  const [video] = canvas.captureStream(30).getVideoTracks();
  if (!video) throw new Error('This browser cannot capture a canvas.');
  return {
    video,
    audio: sound.track,
    stop() {
      ticker.terminate();
      video.stop();
      sound.track.stop();
      void sound.context.close();
    },
  };
}

function paint(pen: CanvasRenderingContext2D, name: string, hue: number, timeS: number): void {
  const isFlash = timeS % 1 < BEEP_S;
  pen.fillStyle = isFlash ? '#fff' : `hsl(${hue} 45% 32%)`;
  pen.fillRect(0, 0, WIDTH, HEIGHT);
  pen.strokeStyle = `hsl(${hue} 70% 62%)`;
  pen.lineWidth = 10;
  for (const [x, direction] of [[WIDTH * 0.36, 1] as const, [WIDTH * 0.64, 1] as const])
    drawReel(pen, x, HEIGHT * 0.42, 62, timeS * 2 * direction);
  pen.fillStyle = isFlash ? '#111' : '#fff';
  pen.textAlign = 'center';
  pen.font = '600 34px system-ui, sans-serif';
  pen.fillText(name, WIDTH / 2, HEIGHT * 0.78, WIDTH * 0.9);
  pen.font = '24px ui-monospace, monospace';
  pen.fillText(timeS.toFixed(2), WIDTH / 2, HEIGHT * 0.9);
}

function drawReel(pen: CanvasRenderingContext2D, x: number, y: number, radius: number, angle: number): void {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  for (let spoke = 0; spoke < 3; spoke++) {
    const at = angle + (spoke * 2 * Math.PI) / 3;
    pen.moveTo(x, y);
    pen.lineTo(x + radius * Math.cos(at), y + radius * Math.sin(at));
  }
  pen.stroke();
}

function startBeep(hz: number): { readonly context: AudioContext; readonly track: MediaStreamTrack } {
  const context = new AudioContext({ sampleRate: 48_000 });
  const buffer = context.createBuffer(1, 48_000, 48_000);
  const samples = buffer.getChannelData(0);
  for (let i = 0; i < samples.length; i++) {
    const amplitude = i < BEEP_S * 48_000 ? 0.25 : 0.005;
    samples[i] = amplitude * Math.sin((2 * Math.PI * hz * i) / 48_000);
  }
  const loop = new AudioBufferSourceNode(context, { buffer, loop: true });
  const out = context.createMediaStreamDestination();
  loop.connect(out);
  loop.start(Math.ceil(context.currentTime));
  const [track] = out.stream.getAudioTracks();
  if (!track) throw new Error('This browser cannot capture sound.');
  return { context, track };
}
