import { AbortedError, abortable, createId, type Clock, type Entropy } from '../../kernel/index.ts';
import { RefusedError, type Priority } from './call.ts';
import { OfflineBacklog, type BacklogItem } from './offline-backlog.ts';
import type { OfflineQueueSettings } from './offline-options.ts';
import type { DeadLetter, EnqueueOptions, OfflineEmitter, Receipt } from './offline-queue-api.ts';
import type { OfflineRecord, OfflineStore } from './offline-store.ts';
import { OfflineWriter } from './offline-writer.ts';

/** Changes that go to the store at once, at most. */
const BATCH_SIZE = 500;

interface OfflineKeeperOptions<P> {
  readonly store: OfflineStore<P>;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly settings: OfflineQueueSettings;
  readonly events: OfflineEmitter<P>;
  /** Something has come that may be sent. */
  readonly onEntered: () => void;
}

/** What a queue keeps, in memory and in its store: requests that wait, and dead letters. */
export class OfflineKeeper<P> {
  readonly backlog: OfflineBacklog<P>;
  readonly #options: OfflineKeeperOptions<P>;
  readonly #writer: OfflineWriter<P>;
  readonly #dead = new Map<string, DeadLetter<P>>();
  /** Those that the store is just taking. */
  readonly #entering = new Map<string, Promise<void>>();
  /** Those that leave for one of these, if the store takes it. */
  readonly #leaving = new Map<string, Promise<void>>();
  #settings: OfflineQueueSettings;
  #seq = 0;
  #fullSince: number | null = null;
  #loading: Promise<void> | undefined;
  #stopped: number | null = null;

  constructor(options: OfflineKeeperOptions<P>) {
    const { store, clock, settings, events } = options;
    this.#options = options;
    this.#settings = settings;
    this.backlog = new OfflineBacklog<P>(settings);
    this.#writer = new OfflineWriter<P>({
      store,
      clock,
      batchSize: BATCH_SIZE,
      retryMs: settings.probeEveryMs,
      onError: (error) => events.emit('storeError', error),
    });
  }

  get deadLetters(): readonly DeadLetter<P>[] {
    return [...this.#dead.values()];
  }

  get deadCount(): number {
    return this.#dead.size;
  }

  configure(settings: OfflineQueueSettings): void {
    this.#settings = settings;
    this.backlog.setBounds(settings);
    this.#forgetOldest();
  }

  /** Loads what was kept, once; after a failure the next call tries again. */
  load(): Promise<void> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async #load(): Promise<void> {
    for (const record of await this.#options.store.load()) {
      this.#seq = Math.max(this.#seq, record.seq);
      if (isDead(record)) this.#dead.set(record.key, record);
      else {
        this.backlog.reserve(record.bytes);
        this.backlog.enter(record);
      }
    }
    this.#forgetOldest();
    this.#options.onEntered();
  }

  /** As {@link OfflineQueue.enqueue}. */
  async enqueue(payload: P, { priority = 'normal', key, signal }: EnqueueOptions): Promise<Receipt> {
    await abortable(this.load(), signal, 'enqueuing');
    if (signal?.aborted) throw new AbortedError('enqueuing', signal.reason);
    const name = key ?? createId(this.#options.entropy);
    // Whether it still waits is being decided.
    for (let leaving = this.#leaving.get(name); leaving; leaving = this.#leaving.get(name)) {
      await abortable(
        leaving.catch(() => undefined),
        signal,
        'enqueuing',
      );
    }
    const entering = this.#entering.get(name);
    if (entering === undefined && !this.backlog.has(name)) {
      const json = JSON.stringify(payload) as string | undefined;
      if (json === undefined) throw new TypeError('the payload must be something that JSON can say');
      await abortable(this.#enter(name, json, priority), signal, 'enqueuing');
      return { key: name, duplicate: false };
    }
    if (entering) await abortable(entering, signal, 'enqueuing');
    return { key: name, duplicate: true };
  }

  async requeue(key: string): Promise<boolean> {
    await this.load();
    const letter = this.#dead.get(key);
    if (letter === undefined) return false;
    await (this.#entering.get(key) ?? this.#enter(key, JSON.stringify(letter.payload), letter.priority));
    return true;
  }

  discard(key: string): boolean {
    if (this.#entering.has(key) || !this.#dead.delete(key)) return false;
    this.#writer.note([], [key]);
    return true;
  }

  /** One that was being sent has arrived. */
  done(item: BacklogItem<P>): void {
    this.backlog.finish(item);
    this.#writer.note([], [item.record.key]);
  }

  /** One that was being sent is not sent any more. */
  giveUp(item: BacklogItem<P>, reason: string): void {
    this.backlog.finish(item);
    const letter = this.#letterOf(item.record, reason);
    this.#writer.note([letter], []);
    this.#bury(letter);
  }

  async close(): Promise<void> {
    this.#stopped ??= this.#options.clock.now();
    await this.#writer.close();
  }

  #enter(key: string, json: string, priority: Priority): Promise<void> {
    const bytes = Buffer.byteLength(json);
    const displaced = this.#makeRoom(priority, bytes);
    // What is sent now is what would be sent after a restart.
    const payload = JSON.parse(json) as P;
    const record = { key, payload, priority, seq: ++this.#seq, bytes, at: this.#options.clock.now() };
    const reason = `displaced by a request of ${priority} priority`;
    const letters = displaced.map((item) => this.#letterOf(item.record, reason));
    const decided = (): void => {
      this.#entering.delete(key);
      for (const letter of letters) this.#leaving.delete(letter.key);
    };
    const entered = this.#writer.append([record, ...letters]).then(
      () => {
        decided();
        this.#dead.delete(key);
        this.backlog.enter(record);
        for (const letter of letters) this.#bury(letter);
        this.#options.onEntered();
      },
      (error: unknown) => {
        decided();
        this.backlog.takeBack(bytes, displaced);
        this.#options.onEntered();
        throw error;
      },
    );
    this.#entering.set(key, entered);
    for (const letter of letters) this.#leaving.set(letter.key, entered);
    return entered;
  }

  /** Those that leave for one more. @throws RefusedError when it cannot come in. */
  #makeRoom(priority: Priority, bytes: number): readonly BacklogItem<P>[] {
    const { maxRequests, maxBytes, retryDelayMs } = this.#settings;
    const now = this.#options.clock.now();
    const refuse = (state: string, reason: string, since: number): never => {
      const retryInMs = state === 'full' ? retryDelayMs : Infinity;
      const nextTryAt = state === 'full' ? now + retryDelayMs : null;
      const refusal = { dependency: 'offline queue', by: 'offline', reason, state, since } as const;
      throw new RefusedError({ ...refusal, nextTryAt, retryInMs, lastCause: null });
    };
    if (this.#stopped !== null) return refuse('stopped', 'the offline queue is stopped', this.#stopped);
    if (bytes > maxBytes) {
      return refuse('too_large', `a request of ${bytes} bytes is over the bound of ${maxBytes}`, now);
    }
    const admission = this.backlog.admit(priority, bytes);
    if (admission.admitted) {
      this.#fullSince = null;
      return admission.displaced;
    }
    this.#fullSince ??= now;
    const { requests, bytes: held } = this.backlog;
    const holds = `${requests} of ${maxRequests} requests, ${held} of ${maxBytes} bytes`;
    return refuse('full', `the offline queue is full: ${holds}`, this.#fullSince);
  }

  #letterOf(record: OfflineRecord<P>, reason: string): DeadLetter<P> {
    return { ...record, dead: { reason, at: this.#options.clock.now() } };
  }

  #bury(letter: DeadLetter<P>): void {
    this.#dead.set(letter.key, letter);
    this.#options.events.emit('deadLetter', letter);
    this.#forgetOldest();
  }

  #forgetOldest(): void {
    for (const [key, letter] of this.#dead) {
      if (this.#dead.size <= this.#settings.maxDeadLetters) return;
      if (this.#entering.has(key)) continue;
      this.#dead.delete(key);
      this.#writer.note([], [key]);
      this.#options.events.emit('forgotten', letter);
    }
  }
}

const isDead = <P>(record: OfflineRecord<P>): record is DeadLetter<P> => record.dead !== undefined;
