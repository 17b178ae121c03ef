import type { EventName } from '../../../src/contract/index.ts';
import { paths, withQuery } from '../api/paths.ts';
import { now } from '../time/now.ts';
import { backoffMs } from './backoff.ts';
import { setConnection } from './connection.ts';

export interface StreamHooks {
  readonly onEvent: (name: EventName, data: unknown) => void;
  /** `again` after a loss: what was shown may be old. */
  readonly onOpen: (again: boolean) => void;
  /** The stream broke; an EventSource does not say why, so this asks. */
  readonly onBroken: () => void;
}

const names: readonly EventName[] = ['journal', 'state', 'tokens', 'journal-gap'];
/** Neither event nor answer for so long: the connection is dead though nobody closed it. */
const SILENCE_MS = 45_000;

/**
 * The service's events, kept flowing. The browser's own reconnect gives up on an error answer and does not tell its
 * plan, so each break is handled here: close, wait, open anew with the last id.
 */
export class EventStream {
  readonly #hooks: StreamHooks;
  #source: EventSource | undefined;
  #timer: number | undefined;
  #watch: number | undefined;
  #lastId: string | undefined;
  #lostAt: number | undefined;
  #failures = 0;
  #heardAt = 0;

  constructor(hooks: StreamHooks) {
    this.#hooks = hooks;
  }

  start(): void {
    setConnection({ phase: 'connecting' });
    this.#open();
    this.#watch = window.setInterval(() => {
      if (this.#source && now() - this.#heardAt > SILENCE_MS) this.#broken();
    }, 5_000);
    window.addEventListener('online', this.tryNow);
    document.addEventListener('visibilitychange', this.#onVisible);
  }

  stop(): void {
    this.#close();
    window.clearInterval(this.#watch);
    window.removeEventListener('online', this.tryNow);
    document.removeEventListener('visibilitychange', this.#onVisible);
  }

  /** Any sign of life from the service. */
  heard(): void {
    this.#heardAt = now();
  }

  readonly tryNow = (): void => {
    if (this.#lostAt === undefined || this.#source) return;
    this.#open();
  };

  readonly #onVisible = (): void => {
    if (document.visibilityState === 'visible') this.tryNow();
  };

  #open(): void {
    this.#close();
    if (this.#lostAt !== undefined) this.#sayLost(null);
    this.heard();
    const source = new EventSource(withQuery(paths.events, { lastEventId: this.#lastId }));
    this.#source = source;
    source.addEventListener('open', () => {
      const again = this.#lostAt !== undefined;
      this.#lostAt = undefined;
      this.#failures = 0;
      this.heard();
      setConnection({ phase: 'open' });
      this.#hooks.onOpen(again);
    });
    source.addEventListener('error', () => {
      if (this.#source === source) this.#broken();
    });
    for (const name of names) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        this.heard();
        if (event.lastEventId) this.#lastId = event.lastEventId;
        this.#hooks.onEvent(name, JSON.parse(event.data));
      });
    }
  }

  #broken(): void {
    this.#close();
    if (this.#lostAt === undefined) this.#lostAt = now();
    else this.#failures += 1;
    const waitMs = backoffMs(this.#failures, Math.random());
    this.#timer = window.setTimeout(() => this.#open(), waitMs);
    this.#sayLost(now() + waitMs);
    this.#hooks.onBroken();
  }

  #sayLost(nextTryAt: number | null): void {
    setConnection({ phase: 'lost', since: this.#lostAt ?? now(), failures: this.#failures, nextTryAt });
  }

  #close(): void {
    window.clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = undefined;
  }
}
