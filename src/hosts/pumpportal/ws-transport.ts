import { WebSocket } from 'ws';
import { AbortedError, describeError } from '../../kernel/index.ts';
import type { FeedSocket, FeedTransport } from './socket.ts';
import { MAX_FRAME_BYTES } from './wire.ts';

/** Options of {@link createWsTransport}. */
export interface WsTransportOptions {
  /** Address, e.g. `wss://pumpportal.fun/api/data`. */
  readonly url: string;
  readonly userAgent: string;
}

/**
 * PumpPortal over the network. A frame over 1 MiB ends the connection before it is read; the certificate is verified;
 * nothing is compressed, because frames are a few hundred bytes. How long opening may take is the caller's signal.
 */
export function createWsTransport({ url, userAgent }: WsTransportOptions): FeedTransport {
  return {
    origin: new URL(url).origin,
    connect: (events, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(new AbortedError('connecting to the feed', signal.reason));
          return;
        }
        const socket = new WebSocket(url, {
          maxPayload: MAX_FRAME_BYTES,
          perMessageDeflate: false,
          headers: { 'user-agent': userAgent },
        });
        let lastError: string | undefined;
        let isOpen = false;
        const onAbort = (): void => {
          reject(new AbortedError('connecting to the feed', signal.reason));
          socket.terminate();
        };
        signal.addEventListener('abort', onAbort, { once: true });
        // Stays: an error without a listener would end the process.
        socket.on('error', (error) => {
          lastError = describeError(error);
        });
        socket.on('message', (data) => {
          events.onMessage(textOf(data));
        });
        socket.on('pong', () => {
          events.onPong();
        });
        socket.once('open', () => {
          isOpen = true;
          signal.removeEventListener('abort', onAbort);
          resolve(feedSocketOn(socket));
        });
        socket.once('close', (code, reason) => {
          signal.removeEventListener('abort', onAbort);
          const cause = lastError ?? closeCause(code, reason.toString('utf8'));
          if (isOpen) events.onClose(cause);
          else reject(new Error(cause));
        });
      }),
  };
}

/** 1006 is no code that is sent: the connection ended without one (RFC 6455, 7.4.1). */
function closeCause(code: number, reason: string): string {
  if (code === 1006) return 'the connection broke';
  return `the connection was closed (${code}${reason === '' ? '' : `, ${reason.slice(0, 120)}`})`;
}

function feedSocketOn(socket: WebSocket): FeedSocket {
  const isUsable = (): boolean => socket.readyState === WebSocket.OPEN;
  // What a send fails with, the close that follows reports.
  const ignore = (): void => undefined;
  return {
    send(text) {
      if (isUsable()) socket.send(text, ignore);
    },
    ping() {
      if (isUsable()) socket.ping(undefined, undefined, ignore);
    },
    close() {
      socket.close(1000);
    },
    terminate() {
      socket.terminate();
    },
  };
}

function textOf(data: WebSocket.RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return data instanceof ArrayBuffer ? Buffer.from(data).toString('utf8') : data.toString('utf8');
}
