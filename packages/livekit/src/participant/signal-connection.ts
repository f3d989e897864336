import { Ping, SignalRequest, SignalResponse } from '@livekit/protocol';
import WebSocket from 'ws';
import { JoinError } from '../errors.ts';
import { wsUrl } from '../room-service.ts';

/** One message to or from the server, told apart by `case`. */
export type SignalRequestMessage = SignalRequest['message'];
export type SignalResponseMessage = SignalResponse['message'];

/** How a signal connection reports. `onMessage` sees every well-formed message in order; `onClose` comes once, after an open connection has gone. */
export interface SignalHandlers {
  onMessage(message: SignalResponseMessage, connection: SignalConnection): void;
  onMalformed(): void;
  onClose(reason: string, connection: SignalConnection): void;
}

const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/**
 * One WebSocket of the LiveKit signalling protocol (binary). Malformed messages are reported and dropped. Keeps the connection alive with pings and
 * ends it when the server stops answering them.
 */
export class SignalConnection {
  readonly #socket: WebSocket;
  readonly #handlers: SignalHandlers;
  #pingTimer: NodeJS.Timeout | null = null;
  #lastHeardMs = Date.now();
  #isClosed = false;

  private constructor(socket: WebSocket, handlers: SignalHandlers) {
    this.#socket = socket;
    this.#handlers = handlers;
    socket.on('message', (data: Buffer, isBinary) => this.#read(data, isBinary));
    socket.on('close', (code, reason) => this.#closed(`closed ${code}${reason.length > 0 ? `: ${reason.toString()}` : ''}`));
    socket.on('error', (error) => this.#closed(error.message));
  }

  /**
   * Opens the connection.
   *
   * @throws {JoinError} LIVEKIT_JOIN_FAILED when the server refuses the upgrade (with its status) or cannot be reached within `timeoutMs`.
   */
  static open(
    url: string,
    path: string,
    token: string,
    query: Readonly<Record<string, string>>,
    handlers: SignalHandlers,
    timeoutMs = 10_000,
  ): Promise<SignalConnection> {
    const address = `${wsUrl(url)}${path}?${new URLSearchParams(query).toString()}`;
    // The token goes into a header: addresses end up in proxies' logs.
    const socket = new WebSocket(address, {
      ...{ headers: { authorization: `Bearer ${token}` }, handshakeTimeout: timeoutMs },
      ...{ maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false },
    });
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => reject(new JoinError(`${url} cannot be reached: ${error.message}.`, null, { cause: error }));
      socket.once('error', fail);
      socket.once('unexpected-response', (_request, response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          reject(
            new JoinError(
              `${url} refused to let the recorder in (${status}): ${Buffer.concat(chunks).toString().trim().slice(0, 300)}`,
              status,
            ),
          );
          socket.terminate();
        });
      });
      socket.once('open', () => {
        socket.off('error', fail);
        resolve(new SignalConnection(socket, handlers));
      });
    });
  }

  /** Sends one request; false when the connection is gone (the request is dropped). */
  send(message: SignalRequestMessage): boolean {
    if (this.#isClosed || this.#socket.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(new SignalRequest({ message }).toBinary());
    return true;
  }

  /** Starts pings; without anything heard for `timeoutS` the connection counts as lost. */
  keepAlive(intervalS: number, timeoutS: number): void {
    clearInterval(this.#pingTimer ?? undefined);
    this.#lastHeardMs = Date.now();
    this.#pingTimer = setInterval(
      () => {
        if (Date.now() - this.#lastHeardMs > Math.max(timeoutS, intervalS * 2) * 1000) {
          this.#socket.terminate();
          this.#closed('no answer to pings');
          return;
        }
        this.send({ case: 'ping', value: BigInt(Date.now()) });
        this.send({ case: 'pingReq', value: new Ping({ timestamp: BigInt(Date.now()), rtt: 0n }) });
      },
      Math.max(1, intervalS) * 1000,
    );
  }

  /** Ends the connection without an `onClose`. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#pingTimer ?? undefined);
    this.#socket.close();
    // A server that does not answer the closing handshake would keep the socket for 30 s.
    const timer = setTimeout(() => this.#socket.terminate(), 1000);
    this.#socket.once('close', () => clearTimeout(timer));
  }

  #read(data: Buffer, isBinary: boolean): void {
    if (this.#isClosed) return;
    this.#lastHeardMs = Date.now();
    let message: SignalResponseMessage;
    try {
      if (!isBinary) throw new TypeError('text message');
      ({ message } = SignalResponse.fromBinary(data));
    } catch {
      this.#handlers.onMalformed();
      return;
    }
    this.#handlers.onMessage(message, this);
  }

  #closed(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#pingTimer ?? undefined);
    this.#handlers.onClose(reason, this);
  }
}
