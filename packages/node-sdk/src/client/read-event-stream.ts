/** One message of a text/event-stream. */
export interface StreamMessage {
  /** Name of the message; `message` when it says none. */
  readonly event: string;
  /** The last id so far; null: none came yet. */
  readonly id: string | null;
  readonly data: string;
}

/** What a stream said last about how to go on after it ends. */
export interface StreamState {
  id: string | null;
  retryMs: number;
}

/**
 * The messages of a text/event-stream, whatever way it is cut into pieces. `state` is changed as ids and retry times come, also those without a message.
 *
 * @param onPiece Told at every piece, comments too: the stream lives.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* readEventStream(
  body: ReadableStream<Uint8Array>,
  state: StreamState,
  onPiece: () => void = () => undefined,
): AsyncGenerator<StreamMessage, void, undefined> {
  let rest = '';
  let event = '';
  let data: string[] = [];
  const decoder = new TextDecoder();
  for await (const piece of body) {
    onPiece();
    const lines = (rest + decoder.decode(piece, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { event: event === '' ? 'message' : event, id: state.id, data: data.join('\n') };
        [event, data] = ['', []];
        continue;
      }
      const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === 'event') event = value;
      else if (field === 'data') data.push(value);
      else if (field === 'id' && !value.includes('\0')) state.id = value;
      else if (field === 'retry' && /^\d+$/.test(value)) state.retryMs = Number(value);
    }
  }
}
