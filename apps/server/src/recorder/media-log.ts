import { type LogWriter, openLogWriter, type SessionEvent, type TrackAppender, type TrackHeader } from '@tapedeck/rtplog';

/** The log of one epoch, which begins with the first media packet. */
export interface MediaLog {
  /** What capture appends to. */
  readonly writer: LogWriter;
  readonly hasBegun: boolean;
  /** Seals what was written; without any media nothing is on disk and nothing is sealed. */
  seal(reason: string): Promise<void>;
}

/**
 * Holds the session's events back until the first RTP packet comes, opens the log then and lets `started` name that packet's instant, so that recording
 * time 0 is media and not the wait for somebody to speak. Later `started` events (the same epoch joins again after a lost connection) are left out:
 * an epoch has one clock.
 *
 * @param options.isFirst false: an earlier epoch has media, recording time already runs; the log opens at once.
 */
export function openMediaLog(options: Parameters<typeof openLogWriter>[0] & { readonly isFirst: boolean }): MediaLog {
  let log: LogWriter | null = options.isFirst ? null : openLogWriter(options);
  let held: SessionEvent[] = [];
  let hasStarted = false;

  const begin = (us: number): LogWriter => {
    if (log !== null) return log;
    const opened = openLogWriter(options);
    log = opened;
    for (const event of held)
      opened.event(event.us >= us ? event : { ...event, us, wall: event.wall + Math.round((us - event.us) / 1000) });
    held = [];
    return opened;
  };
  const lateAppender = (header: TrackHeader): TrackAppender => {
    let appender: TrackAppender | null = null;
    return {
      append: (kind, arrivalUs, bytes) => {
        if (log === null && kind !== 'rtp') return; // reports before any media say nothing
        appender ??= begin(arrivalUs).track(header);
        appender.append(kind, arrivalUs, bytes);
      },
    };
  };
  const writer: LogWriter = {
    track: (header) => (log === null ? lateAppender(header) : log.track(header)),
    event: (event) => {
      if (event.type === 'started' && hasStarted) return;
      hasStarted ||= event.type === 'started';
      if (log === null) held.push(event);
      else log.event(event);
    },
    flush: async () => log?.flush(),
    close: async () => log?.close(),
    seal: async (reason) => begin(0).seal(reason),
    get stats() {
      return log?.stats ?? { bytesWritten: 0, packetsWritten: 0, packetsDropped: 0 };
    },
  };
  return {
    writer,
    get hasBegun() {
      return log !== null;
    },
    seal: async (reason) => {
      await log?.seal(reason);
    },
  };
}
