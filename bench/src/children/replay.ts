// Writes copies of a log as a recorder would, at the pace at which its packets once came. Job: {from, dirs}. `from` is a recording's folder, `dirs` are those of the copies.
// Messages: {type: 'started'} when the first packet is written, {type: 'done'} when every copy is sealed.
import { setTimeout as delay } from 'node:timers/promises';
import { monotonicUs, openLogWriter, readLogBatches, type LogItem, type LogWriter } from '@tapedeck/rtplog';

interface Job {
  readonly from: string;
  readonly dirs: readonly string[];
}

const { from, dirs } = JSON.parse(process.argv[2] ?? '{}') as Job;
process.on('disconnect', () => process.exit(1));
const writers = dirs.map((dir) => openLogWriter({ dir: `${dir}/e1`, recordingId: 'bench', epoch: 1 }));
let shiftUs: number | null = null;
for await (const { items } of readLogBatches(from, { follow: false })) {
  for (const item of items) {
    const us = item.type === 'event' ? item.event.us : item.record.arrivalUs;
    if (shiftUs === null) {
      shiftUs = monotonicUs() - us;
      process.send?.({ type: 'started' });
    }
    const aheadMs = (us + shiftUs - monotonicUs()) / 1000;
    if (aheadMs > 2) await delay(aheadMs);
    for (const writer of writers) write(writer, item, shiftUs);
  }
}
for (const writer of writers) await writer.seal('stopped');
process.send?.({ type: 'done' });
process.disconnect();

/** The writer tells its own `clock` lines and its end. */
function write(writer: LogWriter, item: LogItem, shiftUs: number): void {
  if (item.type === 'record') writer.track(item.track).append(item.record.kind, item.record.arrivalUs + shiftUs, item.record.bytes);
  else if (item.event.type !== 'clock' && item.event.type !== 'ended') writer.event({ ...item.event, us: item.event.us + shiftUs });
}
