import { FakeClock } from '../../../kernel/index.ts';
import { createMemoryOfflineStore, type OfflineStore } from '../offline-store.ts';
import { createOfflineQueue } from '../offline-queue.ts';
import type { OfflineQueueOptions, SendContext } from '../offline-options.ts';
import type { OfflineQueue } from '../offline-queue-api.ts';

/** What a played destination does with a request: takes it, never answers, or fails. */
export type Reaction = 'take' | 'hang' | Error;

/** An offline queue under virtual time, with a destination that one plays. */
export interface PlayedQueue {
  readonly clock: FakeClock;
  readonly queue: OfflineQueue<string>;
  readonly store: OfflineStore<string>;
  /** Payload and moment of each try. */
  readonly sends: [string, number][];
  readonly contexts: SendContext[];
  /** What happened, in words. */
  readonly told: string[];
  /** How the destination reacts to what has no reaction of its own; `byPayload` wins. */
  readonly world: { reaction: Reaction; takesMs: number; readonly byPayload: Map<string, Reaction> };
}

/** No host was reached. */
export const unreached = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });

export function playQueue(options: Partial<OfflineQueueOptions<string>> = {}): PlayedQueue {
  const clock = new FakeClock();
  const store = createMemoryOfflineStore<string>();
  const sends: [string, number][] = [];
  const contexts: SendContext[] = [];
  const told: string[] = [];
  const world: PlayedQueue['world'] = { reaction: 'take', takesMs: 0, byPayload: new Map() };
  let key = 0;
  const queue = createOfflineQueue<string>({
    store,
    clock,
    entropy: (bytes) => new Uint8Array(bytes).fill(++key),
    async send(payload, context) {
      sends.push([payload, clock.monotonic()]);
      contexts.push(context);
      if (world.takesMs > 0) await clock.sleep(world.takesMs, context.signal);
      const reaction = world.byPayload.get(payload) ?? world.reaction;
      if (reaction === 'hang') await clock.sleep(1e9, context.signal);
      if (reaction instanceof Error) throw reaction;
    },
    ...options,
  });
  queue.on('sent', ({ key: sent, attempts, waitedMs }) => told.push(`sent ${sent} ${attempts} ${waitedMs}`));
  queue.on('deadLetter', (letter) => told.push(`dead ${letter.key}: ${letter.dead.reason}`));
  queue.on('forgotten', (letter) => told.push(`forgotten ${letter.key}`));
  queue.on('network', ({ state, reason }) => told.push(`network ${state} ${String(reason)}`));
  queue.on('storeError', (error) => told.push(`store: ${String(error)}`));
  return { clock, queue, store, sends, contexts, told, world };
}
