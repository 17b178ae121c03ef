import type { Api } from 'grammy';
import { abortable, withTimeout, type Clock } from '../../../../kernel/index.ts';
import type { DeliveryContext } from '../channel.ts';
import { BannedError, refusalOf } from './outcome.ts';
import { Pacer } from './pacer.ts';

const CALL_MS = 15_000;
const BAN = 'banned_until';
const LONGEST_BAN_MS = 24 * 3_600_000;

/** The library knows no other signal than that of a package of its own; it takes those of Node all the same. */
type Signal = NonNullable<Parameters<Api['getMe']>[0]>;

const isTheirs = (signal: unknown): signal is Signal => signal instanceof EventTarget && 'aborted' in signal;

function theirs(signal: unknown): Signal {
  if (isTheirs(signal)) return signal;
  throw new TypeError('That is no signal.');
}

/** What a channel keeps over restarts. */
export type Memory = Pick<DeliveryContext, 'memory' | 'remember'>;

/** Options of {@link Bot}. */
export interface BotOptions {
  readonly api: Api;
  readonly clock: Clock;
  /** The number of the bot, which is no secret. */
  readonly id: string;
}

/** Calls the Bot API: each call ends in time, none is made in a ban, and messages keep the pace of their chat. */
export class Bot {
  readonly id: string;
  readonly #api: Api;
  readonly #clock: Clock;
  readonly #pacer = new Pacer();
  #banEndMs: number | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor({ api, clock, id }: BotOptions) {
    this.id = id;
    this.#api = api;
    this.#clock = clock;
  }

  /** How long the ban goes on, in ms; 0 without one. */
  banLeftMs({ memory }: Pick<Memory, 'memory'>): number {
    const nowMs = this.#clock.monotonic();
    if (this.#banEndMs === undefined) {
      // From before a restart: that clock is the wall's, which may have jumped.
      const leftMs = Number(memory[BAN] ?? 0) - this.#clock.now();
      this.#banEndMs = nowMs + (leftMs > 0 ? Math.min(leftMs, LONGEST_BAN_MS) : 0);
    }
    return Math.max(0, this.#banEndMs - nowMs);
  }

  /**
   * @throws BannedError instead of a call in a ban; TimeoutError; AbortedError; what the library throws.
   * @param limitMs how long it may take.
   */
  async call<T>(
    what: string,
    memory: Memory,
    signal: AbortSignal,
    work: (api: Api, signal: Signal) => Promise<T>,
    limitMs = CALL_MS,
  ): Promise<T> {
    const leftMs = this.banLeftMs(memory);
    if (leftMs > 0) throw new BannedError(leftMs);
    try {
      return await withTimeout(
        this.#clock,
        limitMs,
        what,
        (limited) => work(this.#api, theirs(limited)),
        signal,
      );
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal?.code === 429) this.#ban(refusal.retryAfterMs ?? 0, memory);
      throw error;
    }
  }

  /**
   * A call that puts a message into a chat, when it is its turn.
   * @param patienceMs how long it may wait for that.
   * @throws BannedError also when the turn would come too late.
   */
  async post<T>(
    what: string,
    memory: Memory,
    signal: AbortSignal,
    chat: string,
    patienceMs: number,
    work: (api: Api, signal: Signal) => Promise<T>,
  ): Promise<T> {
    // One after the other: two at once would both find the way free.
    const turn = this.#queue.then(async () => {
      if (signal.aborted) return;
      const waitMs = this.#pacer.waitMs(chat, this.#clock.monotonic());
      if (waitMs > patienceMs) throw new BannedError(waitMs);
      if (waitMs > 0) await this.#clock.sleep(waitMs, signal);
    });
    const done = turn.then(async () => {
      const attempt = { isCalled: false };
      try {
        return await this.call(what, memory, signal, (api, limited) => {
          attempt.isCalled = true;
          return work(api, limited);
        });
      } finally {
        // From the answer on: how long the way there took is not known.
        if (attempt.isCalled) this.#pacer.sent(chat, this.#clock.monotonic());
      }
    });
    this.#queue = done.catch(() => undefined);
    return abortable(done, signal, what);
  }

  #ban(forMs: number, { remember }: Memory): void {
    const endMs = this.#clock.monotonic() + forMs;
    if (endMs <= (this.#banEndMs ?? 0)) return;
    this.#banEndMs = endMs;
    remember(BAN, String(this.#clock.now() + forMs));
  }
}
