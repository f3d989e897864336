/**
 * The worklet's source. It is text because browsers load worklets by address only and a blob needs no second file beside the bundle.
 *
 * `tapedeck-mix` hands what its input sums up to a port, in blocks; `tapedeck-level` tells how loud its input is.
 */
const source = `
class Mix extends AudioWorkletProcessor {
  constructor({ processorOptions: { channels, blockFrames } }) {
    super();
    Object.assign(this, { channels, blockFrames, filled: 0, first: 0, out: null, isOpen: true });
    this.planes = new Float32Array(channels * blockFrames);
    this.port.onmessage = ({ data }) => { if (data === null) this.isOpen = false; else this.out = data; };
  }
  process([input]) {
    if (this.out === null) return this.isOpen;
    if (this.filled === 0) this.first = currentFrame;
    for (let channel = 0; channel < this.channels; channel++) {
      const plane = input[channel] ?? input[0];
      if (plane) this.planes.set(plane, channel * this.blockFrames + this.filled);
    }
    this.filled += 128;
    if (this.filled === this.blockFrames) {
      this.out.postMessage({ frame: this.first, planes: this.planes }, [this.planes.buffer]);
      this.planes = new Float32Array(this.channels * this.blockFrames);
      this.filled = 0;
    }
    return this.isOpen;
  }
}
class Level extends AudioWorkletProcessor {
  constructor() {
    super();
    Object.assign(this, { sum: 0, count: 0, out: null, isOpen: true });
    this.port.onmessage = ({ data }) => { if (data === null) this.isOpen = false; else this.out = data; };
  }
  process([input]) {
    for (const sample of input[0] ?? []) this.sum += sample * sample;
    this.count += 128;
    if (this.count >= sampleRate / 5) {
      this.out?.postMessage(Math.sqrt(this.sum / this.count));
      this.sum = 0;
      this.count = 0;
    }
    return this.isOpen;
  }
}
registerProcessor('tapedeck-mix', Mix);
registerProcessor('tapedeck-level', Level);
`;

/** Adds the processors to a context. */
export async function addMixWorklet(context: BaseAudioContext): Promise<void> {
  const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  try {
    await context.audioWorklet.addModule(address);
  } finally {
    URL.revokeObjectURL(address);
  }
}
