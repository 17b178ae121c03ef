import type { Server } from 'node:http';
import { WebSocketServer } from 'ws';
import type { PushServer, PushSession } from './push-server.ts';

/** Where PumpPortal serves its stream. */
export const FEED_PATH = '/api/data';
const LONGEST_REQUEST_BYTES = 65_536;

/** Serves frames over the WebSockets of an HTTP server. Gives what ends every one of them. */
export function serveFeed(server: Server, push: PushServer): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LONGEST_REQUEST_BYTES,
    perMessageDeflate: false,
    // A server that is silent does not answer a ping either.
    autoPong: false,
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => undefined);
    const path = request.url?.split('?', 1)[0];
    if (path !== FEED_PATH || push.faults.refuses) {
      const status = path === FEED_PATH ? '503 Service Unavailable' : '404 Not Found';
      socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => {
        socket.destroy();
      });
      return;
    }
    sockets.handleUpgrade(request, socket, head, (peer) => {
      const session: PushSession = push.join({
        send: (text) => {
          peer.send(text, () => undefined);
        },
        pong: () => {
          peer.pong(undefined, undefined, () => undefined);
        },
        cut: () => {
          peer.terminate();
        },
      });
      peer.on('error', () => undefined);
      peer.on('message', (data: Buffer) => {
        session.receive(data.toString('utf8'));
      });
      peer.on('ping', () => {
        session.ping();
      });
      peer.once('close', () => {
        session.leave();
      });
    });
  });
  return () => {
    for (const peer of sockets.clients) peer.terminate();
    sockets.close();
  };
}
