import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Figures of one recorder process. */
export interface RecorderMetrics {
  readonly registry: Registry;
  readonly active: Gauge;
  readonly started: Counter<'kind'>;
  readonly ended: Counter<'reason'>;
  readonly failed: Counter<'code'>;
  readonly firstPacketS: Histogram;
  readonly bytes: Counter;
  readonly packets: Counter;
  readonly dropped: Counter;
}

export function createRecorderMetrics(): RecorderMetrics {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    active: new Gauge({ name: 'tapedeck_recordings_active', help: 'Recordings that this node works on.', registers }),
    started: new Counter({
      name: 'tapedeck_recordings_started_total',
      help: 'Recordings begun (new) or gone on with (takeover).',
      labelNames: ['kind'],
      registers,
    }),
    ended: new Counter({ name: 'tapedeck_recordings_ended_total', help: 'Captures ended, by reason.', labelNames: ['reason'], registers }),
    failed: new Counter({
      name: 'tapedeck_recordings_failed_total',
      help: 'Recordings failed, by error code.',
      labelNames: ['code'],
      registers,
    }),
    firstPacketS: new Histogram({
      name: 'tapedeck_first_packet_seconds',
      help: 'From the claim to the first packet handed to the log.',
      buckets: [0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30],
      registers,
    }),
    bytes: new Counter({ name: 'tapedeck_capture_bytes_total', help: 'Bytes written to logs.', registers }),
    packets: new Counter({ name: 'tapedeck_capture_packets_total', help: 'Packets written to logs.', registers }),
    dropped: new Counter({
      name: 'tapedeck_capture_dropped_packets_total',
      help: 'Packets that a slow or full disk did not take.',
      registers,
    }),
  };
}
