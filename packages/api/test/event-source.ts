/** One event of a text/event-stream. */
export interface Received {
  readonly id: string | null;
  readonly type: string;
  readonly data: {
    id: string;
    type: string;
    createdAt: string;
    recording: { id: string; state: string; room: string };
    data: Record<string, unknown>;
  };
}

/** A reader of an event stream over a real connection. */
export interface EventSource {
  readonly status: number;
  readonly received: Received[];
  readonly comments: { count: number };
  /** Resolves when so many events have come. */
  count(wanted: number): Promise<void>;
  /** Resolves when the stream has ended. */
  readonly ended: Promise<void>;
  close(): void;
}

export async function openEventSource(url: string, headers: Record<string, string>): Promise<EventSource> {
  const closing = new AbortController();
  const answer = await fetch(url, { headers, signal: closing.signal });
  const received: Received[] = [];
  const comments = { count: 0 };
  const waiting = new Set<() => void>();
  const take = (block: string): void => {
    const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
    if (fields.has('')) comments.count++;
    if (!fields.has('data')) return;
    received.push({
      id: fields.get('id') ?? null,
      type: fields.get('event') ?? '',
      data: JSON.parse(fields.get('data') ?? '') as Received['data'],
    });
  };
  const ended = (async () => {
    let text = '';
    for await (const piece of (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      text += piece;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) take(block);
      for (const look of waiting) look();
    }
  })().catch(() => undefined);
  return {
    ...{ status: answer.status, received, comments, ended },
    count: (wanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (received.length < wanted) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close: () => closing.abort(),
  };
}
