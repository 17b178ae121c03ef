import { z } from 'zod';
import type { Tape, TapeFrame, Topic } from './tape.ts';

/** The other end of a connection, as the server sees it. */
export interface PushPeer {
  send(text: string): void;
  pong(): void;
  /** Ends the connection without a word. */
  cut(): void;
}

/** One connection of the server. */
export interface PushSession {
  receive(text: string): void;
  ping(): void;
  /** The peer is gone. */
  leave(): void;
}

/** What goes wrong with the stream. Each can be changed while it runs. */
export interface PushFaults {
  /** New connections are refused. */
  refuses: boolean;
  /** Connections stay open, but nothing comes over them: neither frames nor acknowledgements nor pongs. */
  isSilent: boolean;
  /** Whoever subscribes is cut off. */
  cutsAfterSubscribe: boolean;
}

/** A server that speaks as PumpPortal does. */
export interface PushServer {
  /** @throws Error when it refuses. */
  join(peer: PushPeer): PushSession;
  readonly faults: PushFaults;
  /** Cuts every connection. */
  cutAll(): void;
  /** Sends any text to whoever has subscribed. */
  say(text: string): void;
  /** Connections that are open, all since the start, and what came over them: requests and pings. */
  readonly stats: { readonly open: number; readonly total: number; readonly received: number };
}

const request = z.object({ method: z.string() });
const ACKNOWLEDGEMENTS: ReadonlyMap<string, { readonly topic: Topic; readonly message: string }> = new Map([
  ['subscribeNewToken', { topic: 'creation', message: 'Successfully subscribed to token creation events.' }],
  ['subscribeMigration', { topic: 'migration', message: "Subscribed to 'migration' events." }],
]);
const NEEDS_KEY =
  "'subscribeTokenTrade' and 'subscribeAccountTrade' methods are only available when connecting with an API key funded with at least 0.02 SOL.";

/** A server for `tape`, which plays while somebody is connected. */
export function createPushServer(tape: Tape): PushServer {
  const peers = new Map<PushPeer, Set<Topic>>();
  const faults: PushFaults = { refuses: false, isSilent: false, cutsAfterSubscribe: false };
  let total = 0;
  let received = 0;
  let stopTape: (() => void) | undefined;

  const send = (peer: PushPeer, text: string): void => {
    if (!faults.isSilent) peer.send(text);
  };
  const emit = ({ topic, text }: TapeFrame): void => {
    for (const [peer, topics] of peers) {
      if (topic === null ? topics.size > 0 : topics.has(topic)) send(peer, text);
    }
  };

  return {
    faults,
    get stats() {
      return { open: peers.size, total, received };
    },
    join(peer) {
      if (faults.refuses) throw new Error('the market refuses the connection');
      const topics = new Set<Topic>();
      peers.set(peer, topics);
      total += 1;
      stopTape ??= tape.play(emit);
      return {
        ping() {
          received += 1;
          if (!faults.isSilent) peer.pong();
        },
        receive(text) {
          received += 1;
          const method = methodOf(text);
          const acknowledgement = ACKNOWLEDGEMENTS.get(method ?? '');
          if (acknowledgement) {
            topics.add(acknowledgement.topic);
            send(peer, JSON.stringify({ message: acknowledgement.message }));
            if (faults.cutsAfterSubscribe) peer.cut();
          } else if (method === 'subscribeTokenTrade' || method === 'subscribeAccountTrade') {
            send(peer, JSON.stringify({ message: NEEDS_KEY }));
          } else send(peer, JSON.stringify({ errors: 'Invalid message' }));
        },
        leave() {
          peers.delete(peer);
          if (peers.size > 0) return;
          stopTape?.();
          stopTape = undefined;
        },
      };
    },
    cutAll() {
      for (const peer of [...peers.keys()]) peer.cut();
    },
    say(text) {
      emit({ topic: null, text });
    },
  };
}

function methodOf(text: string): string | undefined {
  try {
    return request.safeParse(JSON.parse(text)).data?.method;
  } catch {
    return undefined;
  }
}
