import { createEmitter, systemClock, systemEntropy } from '../../kernel/index.ts';
import { OfflineKeeper } from './offline-keeper.ts';
import { offlineQueueDefaults, offlineSettings, type OfflineQueueOptions } from './offline-options.ts';
import type { OfflineQueue, OfflineQueueEvents } from './offline-queue-api.ts';
import { OfflineSender } from './offline-sender.ts';

/**
 * A queue of requests that must not be lost: kept in a store, sent when the network is there, the most urgent first, at
 * least once and each time with the same key. While nothing can be reached it tries one request at a time, which counts
 * against none. A request that fails for itself waits longer each time and in the end is a dead letter; how often it has
 * failed is counted anew by each process. One queue is for one destination.
 */
export function createOfflineQueue<P>(options: OfflineQueueOptions<P>): OfflineQueue<P> {
  const { send, store, classify, clock = systemClock, entropy = systemEntropy } = options;
  let settings = offlineSettings(offlineQueueDefaults, options);
  const events = createEmitter<OfflineQueueEvents<P>>((error) => options.onListenerError?.(error));
  const keeper = new OfflineKeeper<P>({
    store,
    clock,
    entropy,
    settings,
    events,
    onEntered: () => sender.pump(),
  });
  const sender = new OfflineSender<P>({
    keeper,
    clock,
    settings,
    events,
    send,
    ...(classify ? { classify } : {}),
  });
  let stopping: Promise<void> | undefined;

  return {
    start: () => keeper.load(),
    enqueue: (payload, call = {}) => keeper.enqueue(payload, call),
    networkBack: () => sender.networkBack(),
    networkGone: (reason) => sender.networkGone(reason),
    state: () => ({
      ...sender.state(),
      requests: keeper.backlog.requests,
      bytes: keeper.backlog.bytes,
      deadLetters: keeper.deadCount,
    }),
    deadLetters: () => keeper.deadLetters,
    requeue: (key) => keeper.requeue(key),
    discard: (key) => keeper.discard(key),
    configure(change) {
      settings = offlineSettings(settings, change);
      keeper.configure(settings);
      sender.configure(settings);
    },
    stop() {
      sender.stop();
      stopping ??= keeper.close();
      return stopping;
    },
    on: (name, listener) => events.on(name, listener),
  };
}
