import { AbortedError } from '../../kernel/index.ts';
import { MAX_FRAME_BYTES, type FeedTransport } from '../../hosts/pumpportal/index.ts';
import type { PushServer, PushSession } from './push-server.ts';

/** Reaches a server of frames in this process. Settles in microtasks only, so that virtual time runs the same way each time. */
export function inProcessFeed(server: PushServer): FeedTransport {
  return {
    origin: 'a market in this process',
    async connect(events, signal) {
      await Promise.resolve();
      if (signal.aborted) throw new AbortedError('connecting to the feed', signal.reason);
      let session: PushSession | undefined;
      const soon = (work: () => void): void => {
        void Promise.resolve().then(work);
      };
      /** What arrives, while there is a connection for it to arrive on. */
      const arrive = (work: () => void): void => {
        soon(() => {
          if (session) work();
        });
      };
      const end = (cause: string): void => {
        if (!session) return;
        session.leave();
        session = undefined;
        soon(() => {
          events.onClose(cause);
        });
      };
      session = server.join({
        send(text) {
          arrive(() => {
            if (Buffer.byteLength(text) > MAX_FRAME_BYTES) end('a frame over 1 MiB');
            else events.onMessage(text);
          });
        },
        pong() {
          arrive(() => {
            events.onPong();
          });
        },
        cut() {
          end('closed by the other side');
        },
      });
      /** What the server gets, while the connection is there. */
      const reach = (work: (to: PushSession) => void): void => {
        soon(() => {
          if (session) work(session);
        });
      };
      return {
        send(text) {
          reach((to) => {
            to.receive(text);
          });
        },
        ping() {
          reach((to) => {
            to.ping();
          });
        },
        close() {
          if (!server.faults.isSilent) end('closed by this side');
        },
        terminate() {
          end('ended by this side');
        },
      };
    },
  };
}
