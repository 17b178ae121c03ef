import { createEmitter } from '../../kernel/index.ts';
import type { BreakerState } from './breaker-phases.ts';
import type { Freshness } from './answer.ts';
import type { Refusal } from './call.ts';
import type { Classification } from './classify.ts';

/** What a dependency tells. */
export interface DependencyEventMap {
  /** An attempt failed. `inRow`: failures without a success between. */
  readonly failure: {
    readonly error: unknown;
    readonly failure: Classification;
    readonly durationMs: number;
    readonly inRow: number;
  };
  /** A call was not made. */
  readonly refused: Refusal;
  /** A call will be tried again. */
  readonly retry: { readonly attempt: number; readonly afterMs: number; readonly reason: string };
  /** The first answer after failures. */
  readonly regained: { readonly afterMs: number };
  /** The breaker changed its state. */
  readonly state_change: {
    readonly from: BreakerState;
    readonly to: BreakerState;
    readonly reason: string;
  };
  /** The other side asked for less: the rate of a quota was halved. */
  readonly throttled: { readonly rate: number; readonly retryAfterMs: number | null };
  /** The active probe ended. */
  readonly probe: { readonly ok: boolean; readonly cause: string | null };
  /** An answer was not fresh, or came from elsewhere. */
  readonly degraded: {
    readonly source: string;
    readonly freshness: Freshness;
    readonly ageMs: number;
    readonly cause: string;
  };
  /** Something that the user of the dependency handed in threw; the call went on. */
  readonly fault: { readonly what: string };
}

/** Events of a dependency. Nothing is built or called for an event that nobody listens to. */
export class DependencyEvents {
  readonly #emitter = createEmitter<DependencyEventMap>(() => undefined);
  readonly #listeners = new Map<keyof DependencyEventMap, number>();

  /** What a listener throws changes nothing. Gives the function that removes it. */
  readonly on = <Name extends keyof DependencyEventMap>(
    name: Name,
    listener: (event: DependencyEventMap[Name]) => void,
  ): (() => void) => {
    const off = this.#emitter.on(name, listener);
    this.#listeners.set(name, (this.#listeners.get(name) ?? 0) + 1);
    let removed = false;
    return () => {
      if (removed) return;
      removed = true;
      off();
      this.#listeners.set(name, (this.#listeners.get(name) ?? 1) - 1);
    };
  };

  readonly emit = <Name extends keyof DependencyEventMap>(
    name: Name,
    event: DependencyEventMap[Name],
  ): void => {
    if ((this.#listeners.get(name) ?? 0) > 0) this.#emitter.emit(name, event);
  };
}
