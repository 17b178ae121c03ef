import { AbortedError, describeError, type CancelTimer, type Clock } from '../../kernel/index.ts';
import { decideAfterSend } from './after-send.ts';
import type { BacklogItem } from './offline-backlog.ts';
import type { OfflineKeeper } from './offline-keeper.ts';
import type { OfflineQueueOptions, OfflineQueueSettings, SendContext } from './offline-options.ts';
import type { OfflineEmitter } from './offline-queue-api.ts';
import { SharedWork } from './shared-work.ts';

interface OfflineSenderOptions<P> extends Pick<OfflineQueueOptions<P>, 'send' | 'classify'> {
  readonly keeper: OfflineKeeper<P>;
  readonly clock: Clock;
  readonly settings: OfflineQueueSettings;
  readonly events: OfflineEmitter<P>;
}

/** One try of a request. */
class Send extends SharedWork<unknown> implements SendContext {
  readonly key: string;

  constructor(clock: Clock, key: string, attempt: number) {
    super(clock, `sending ${key}`, attempt);
    this.key = key;
  }
}

/** Sends what is kept: when, how many at once, and what a failure leads to. */
export class OfflineSender<P> {
  readonly #options: OfflineSenderOptions<P>;
  readonly #stopper = new AbortController();
  #settings: OfflineQueueSettings;
  #network: 'up' | 'gone' = 'up';
  #since: number;
  #lastError: string | null = null;
  #sending = 0;
  #nextTryMs = -Infinity;
  #pausedUntilMs = -Infinity;
  #cancelTimer: CancelTimer | undefined;

  constructor(options: OfflineSenderOptions<P>) {
    this.#options = options;
    this.#settings = options.settings;
    this.#since = options.clock.now();
  }

  state(): {
    network: 'up' | 'gone';
    since: number;
    sending: number;
    pausedUntil: number | null;
    lastError: string | null;
  } {
    const { clock } = this.#options;
    const pauseMs = this.#pausedUntilMs - clock.monotonic();
    return {
      network: this.#network,
      since: this.#since,
      sending: this.#sending,
      pausedUntil: pauseMs > 0 ? clock.now() + pauseMs : null,
      lastError: this.#lastError,
    };
  }

  configure(settings: OfflineQueueSettings): void {
    this.#settings = settings;
    this.pump();
  }

  networkBack(): void {
    this.#setNetwork('up', null);
    this.pump();
  }

  networkGone(reason: string): void {
    if (this.#network === 'up')
      this.#nextTryMs = this.#options.clock.monotonic() + this.#settings.probeEveryMs;
    this.#setNetwork('gone', reason);
    this.pump();
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#stopper.abort();
  }

  /** Sends what may be sent now, and sets the time for the rest. */
  pump(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#stopper.signal.aborted) return;
    const { keeper, clock } = this.#options;
    const nowMs = clock.monotonic();
    const gone = this.#network === 'gone';
    const most = gone ? 1 : this.#settings.concurrency;
    const fromMs = Math.max(this.#pausedUntilMs, gone ? this.#nextTryMs : -Infinity);
    while (fromMs <= nowMs && this.#sending < most) {
      const item = keeper.backlog.take(nowMs);
      if (item === undefined) break;
      void this.#send(item);
    }
    // Who is being sent calls again when it is over.
    if (this.#sending >= most) return;
    const dueMs = keeper.backlog.nextDueMs();
    if (dueMs === null) return;
    this.#cancelTimer = clock.schedule(Math.max(dueMs, fromMs) - nowMs, () => this.pump());
  }

  async #send(item: BacklogItem<P>): Promise<void> {
    const { clock, send, events, keeper } = this.#options;
    const { key, payload, at } = item.record;
    this.#sending += 1;
    const startedMs = clock.monotonic();
    const attempt = new Send(clock, key, item.attempts + 1);
    try {
      const sent = attempt.wait({ signal: this.#stopper.signal }, this.#settings.sendTimeoutMs);
      attempt.run(() => send(payload, attempt));
      await sent;
      keeper.done(item);
      this.#setNetwork('up', null);
      events.emit('sent', { key, attempts: item.attempts + 1, waitedMs: clock.now() - at });
    } catch (error) {
      if (error instanceof AbortedError && this.#stopper.signal.aborted) return;
      this.#failed(item, error, startedMs);
    } finally {
      this.#sending -= 1;
      this.pump();
    }
  }

  #failed(item: BacklogItem<P>, error: unknown, startedMs: number): void {
    const { clock, classify, keeper } = this.#options;
    const { backlog } = keeper;
    const nowMs = clock.monotonic();
    const gone = this.#network === 'gone';
    const after = decideAfterSend(error, item.attempts, gone, classify, this.#settings);
    this.#lastError = describeError(error);
    switch (after.next) {
      case 'gone':
        backlog.putBack(item);
        this.#nextTryMs = startedMs + this.#settings.probeEveryMs;
        this.#setNetwork('gone', after.reason);
        return;
      case 'pause':
        backlog.putBack(item);
        this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + after.ms);
        return;
      case 'later':
        item.attempts += 1;
        backlog.putBack(item, nowMs + after.ms);
        break;
      case 'dead':
        keeper.giveUp(item, after.reason);
    }
    this.#setNetwork('up', null);
  }

  #setNetwork(state: 'up' | 'gone', reason: string | null): void {
    if (state === this.#network) return;
    this.#network = state;
    this.#since = this.#options.clock.now();
    this.#options.events.emit('network', { state, reason });
  }
}
