import { Impairment, type Weather } from '../network/index.ts';
import type { PacketPath } from './light-publisher.ts';

/** A path on which packets are lost, late, out of order and doubled, live. One path is one way: give each publisher its own. */
export function weatherPath(weather: Weather): PacketPath {
  const impairment = new Impairment(weather);
  return (packet, send) => {
    const nowUs = performance.now() * 1000;
    for (const arrivalUs of impairment.arrivals(nowUs)) {
      const delayMs = (arrivalUs - nowUs) / 1000;
      if (delayMs < 1) send(packet);
      else setTimeout(send, delayMs, packet);
    }
  };
}
