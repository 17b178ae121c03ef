import type { FeedSocket, FeedSocketEvents, FeedTransport } from '../socket.ts';

/** One connection that was opened, as the server sees it. */
export interface FakeConnection {
  readonly events: FeedSocketEvents;
  readonly sent: string[];
  pings: number;
  end: 'open' | 'closed' | 'terminated';
}

const ACKNOWLEDGEMENTS: Readonly<Record<string, string>> = {
  '{"method":"subscribeMigration"}': '{"message":"Subscribed to \'migration\' events."}',
  '{"method":"subscribeNewToken"}': '{"message":"Successfully subscribed to token creation events."}',
};

/** A PumpPortal that does what it is told, in microtasks, and remembers what was done to it. */
export class FakeFeedTransport implements FeedTransport {
  readonly origin = 'ws://feed.example';
  readonly connections: FakeConnection[] = [];
  attempts = 0;
  refuse: Error | null = null;
  acknowledges = true;
  pongs = true;
  /** Whether it answers a close. */
  closes = true;
  /** Awaited before each connection opens; it does not heed the signal. */
  opening: () => Promise<void> = async () => {};

  get open(): readonly FakeConnection[] {
    return this.connections.filter(({ end }) => end === 'open');
  }

  /** Sends a frame to whoever is connected. */
  say(frame: unknown): void {
    for (const { events } of this.open) {
      events.onMessage(typeof frame === 'string' ? frame : JSON.stringify(frame));
    }
  }

  cut(cause = 'reset'): void {
    for (const connection of this.open) {
      connection.end = 'closed';
      connection.events.onClose(cause);
    }
  }

  async connect(events: FeedSocketEvents): Promise<FeedSocket> {
    this.attempts += 1;
    await this.opening();
    if (this.refuse) throw this.refuse;
    const connection: FakeConnection = { events, sent: [], pings: 0, end: 'open' };
    this.connections.push(connection);
    const soon = (work: () => void): void => {
      void Promise.resolve().then(work);
    };
    const end = (how: 'closed' | 'terminated'): void => {
      if (connection.end !== 'open') return;
      connection.end = how;
      soon(() => {
        events.onClose(how);
      });
    };
    return {
      send: (text) => {
        connection.sent.push(text);
        const answer = ACKNOWLEDGEMENTS[text];
        if (!this.acknowledges || answer === undefined) return;
        soon(() => {
          if (connection.end === 'open') events.onMessage(answer);
        });
      },
      ping: () => {
        connection.pings += 1;
        if (!this.pongs) return;
        soon(() => {
          if (connection.end === 'open') events.onPong();
        });
      },
      close: () => {
        if (this.closes) end('closed');
      },
      terminate: () => {
        end('terminated');
      },
    };
  }
}
