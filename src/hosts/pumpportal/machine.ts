import type { FeedTopic } from './wire.ts';

/** Times of the connection, in ms. */
export interface FeedTimings {
  /** A connection that is not open by then is given up. */
  readonly openTimeoutMs: number;
  /** A subscription that is not acknowledged by then means that the connection is dead. */
  readonly ackTimeoutMs: number;
  readonly pingIntervalMs: number;
  /** A ping that neither a pong nor a frame follows by then means that the connection is dead. */
  readonly pongTimeoutMs: number;
  /** Bound of the first wait before connecting again; it doubles with each failure up to `longestWaitMs`. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** A connection counts as well again, and waits as short again, after it has been live for so long. */
  readonly stableMs: number;
}

/** Where the connection stands. `id` numbers connections; `failures` counts those that did not last. Times are monotonic. */
export type FeedState =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'connecting';
      readonly id: number;
      readonly failures: number;
      readonly sinceMs: number;
    }
  | {
      readonly kind: 'subscribing';
      readonly id: number;
      readonly failures: number;
      readonly sinceMs: number;
      /** Topics that are not acknowledged yet. */
      readonly missing: readonly FeedTopic[];
    }
  | {
      readonly kind: 'live';
      readonly id: number;
      readonly failures: number;
      readonly sinceMs: number;
      readonly nextPingMs: number;
      /** The ping that nothing has followed yet. */
      readonly pingedMs: number | null;
      /** Whether that ping was given more time already. */
      readonly forgiven: boolean;
    }
  | {
      readonly kind: 'waiting';
      readonly id: number;
      readonly failures: number;
      readonly untilMs: number;
      readonly cause: string;
    }
  | { readonly kind: 'stopped' };

/** What happens to the connection. `chance` is uniform in [0, 1), for the wait that may follow. */
export type FeedEvent =
  | { readonly kind: 'start' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'opened'; readonly id: number }
  /** Could not be opened, or has closed. */
  | { readonly kind: 'closed'; readonly id: number; readonly cause: string; readonly chance: number }
  /** Anything that came over the connection; `topic` where it proves a subscription. */
  | {
      readonly kind: 'heard';
      readonly id: number;
      readonly what: 'acknowledgement' | 'frame' | 'pong';
      readonly topic: FeedTopic | null;
    }
  | { readonly kind: 'tick'; readonly chance: number };

/** What is to be done. */
export type FeedEffect =
  | { readonly kind: 'open'; readonly id: number }
  | { readonly kind: 'subscribe'; readonly id: number; readonly topics: readonly FeedTopic[] }
  | { readonly kind: 'ping'; readonly id: number }
  /** Ends the connection at once, also one that is not open yet. */
  | { readonly kind: 'terminate'; readonly id: number }
  /** Ends it politely: the feed is stopping. */
  | { readonly kind: 'close'; readonly id: number };

/** What became of an event, and why. */
export interface FeedStep {
  readonly state: FeedState;
  readonly effects: readonly FeedEffect[];
  readonly reason: string;
}

/** A tick that comes so much too late tells of a stall of this process, in which a pong may wait to be read. */
const LATE_TICK_MS = 1_000;

/** The connection's next state. Pure; `nowMs` is monotonic. An event of a connection that is over changes nothing. */
export function reduceFeed(
  state: FeedState,
  event: FeedEvent,
  nowMs: number,
  timings: FeedTimings,
  topics: readonly FeedTopic[],
): FeedStep {
  const stay = (reason: string): FeedStep => ({ state, effects: [], reason });
  const lose = (cause: string, chance: number, effects: readonly FeedEffect[] = []): FeedStep => {
    if (state.kind !== 'connecting' && state.kind !== 'subscribing' && state.kind !== 'live')
      return stay(cause);
    const wasStable = state.kind === 'live' && nowMs - state.sinceMs >= timings.stableMs;
    const failures = wasStable ? 1 : state.failures + 1;
    const waitMs = chance * longestWaitOf(failures, timings);
    return {
      state: { kind: 'waiting', id: state.id, failures, untilMs: nowMs + waitMs, cause },
      effects,
      reason: cause,
    };
  };
  const open = (id: number, failures: number, reason: string): FeedStep => ({
    state: { kind: 'connecting', id, failures, sinceMs: nowMs },
    effects: [{ kind: 'open', id }],
    reason,
  });

  if (event.kind === 'stop') {
    const open = state.kind === 'connecting' || state.kind === 'subscribing' || state.kind === 'live';
    const effects: FeedEffect[] = open
      ? [{ kind: state.kind === 'connecting' ? 'terminate' : 'close', id: state.id }]
      : [];
    return { state: { kind: 'stopped' }, effects, reason: 'stopped' };
  }
  if (event.kind === 'start') return state.kind === 'idle' ? open(1, 0, 'started') : stay('started already');
  if (state.kind === 'idle' || state.kind === 'stopped') return stay(`the feed is ${state.kind}`);
  if (event.kind !== 'tick' && event.id !== state.id) return stay('a connection that is over');

  switch (event.kind) {
    case 'closed':
      return state.kind === 'waiting' ? stay('lost already') : lose(event.cause, event.chance);
    case 'opened':
      if (state.kind !== 'connecting') return stay('not connecting');
      return {
        state: { ...state, kind: 'subscribing', sinceMs: nowMs, missing: topics },
        effects: [{ kind: 'subscribe', id: state.id, topics }],
        reason: 'open; subscribing',
      };
    case 'heard':
      return hear(event.what, event.topic);
    case 'tick':
      return tick(event.chance);
  }

  function hear(what: 'acknowledgement' | 'frame' | 'pong', topic: FeedTopic | null): FeedStep {
    if (state.kind === 'live') {
      return state.pingedMs === null
        ? stay(what)
        : { state: { ...state, pingedMs: null, forgiven: false }, effects: [], reason: `alive: ${what}` };
    }
    if (state.kind !== 'subscribing') return stay(`not subscribing: ${what}`);
    // An acknowledgement in words that we do not know is taken for the first that is missing.
    const proven = topic ?? (what === 'acknowledgement' ? state.missing[0] : null);
    const missing = state.missing.filter((one) => one !== proven);
    if (missing.length > 0) return { state: { ...state, missing }, effects: [], reason: what };
    return {
      state: {
        kind: 'live',
        id: state.id,
        failures: state.failures,
        sinceMs: nowMs,
        nextPingMs: nowMs + timings.pingIntervalMs,
        pingedMs: null,
        forgiven: false,
      },
      effects: [],
      reason: 'every subscription is acknowledged',
    };
  }

  function tick(chance: number): FeedStep {
    const dueMs = dueOf(state, timings);
    if (dueMs === null || nowMs < dueMs) return stay('nothing is due');
    switch (state.kind) {
      case 'waiting':
        return open(state.id + 1, state.failures, 'the wait is over');
      case 'connecting':
        return lose(`not open within ${seconds(timings.openTimeoutMs)}`, chance, [
          { kind: 'terminate', id: state.id },
        ]);
      case 'subscribing':
        return lose(`no acknowledgement within ${seconds(timings.ackTimeoutMs)}`, chance, [
          { kind: 'terminate', id: state.id },
        ]);
      case 'live': {
        const isDead = state.pingedMs !== null && nowMs >= state.pingedMs + timings.pongTimeoutMs;
        const isForgiven = isDead && !state.forgiven && nowMs - dueMs > LATE_TICK_MS;
        if (isDead && !isForgiven) {
          return lose(`no answer to a ping within ${seconds(timings.pongTimeoutMs)}`, chance, [
            { kind: 'terminate', id: state.id },
          ]);
        }
        if (!isDead && nowMs < state.nextPingMs) return stay('nothing is due');
        return {
          state: {
            ...state,
            nextPingMs: nowMs + timings.pingIntervalMs,
            pingedMs: isForgiven ? nowMs : (state.pingedMs ?? nowMs),
            forgiven: isForgiven || state.forgiven,
          },
          effects: [{ kind: 'ping', id: state.id }],
          reason: isForgiven
            ? 'this process stood still: asking once more'
            : 'time to ask whether it is alive',
        };
      }
      default:
        return stay('nothing is due');
    }
  }
}

/** When the next tick has something to do; null when nothing is due by itself. Pure. */
export function dueOf(state: FeedState, timings: FeedTimings): number | null {
  switch (state.kind) {
    case 'connecting':
      return state.sinceMs + timings.openTimeoutMs;
    case 'subscribing':
      return state.sinceMs + timings.ackTimeoutMs;
    case 'live':
      return state.pingedMs === null
        ? state.nextPingMs
        : Math.min(state.nextPingMs, state.pingedMs + timings.pongTimeoutMs);
    case 'waiting':
      return state.untilMs;
    default:
      return null;
  }
}

/**
 * Bound of the wait after so many failures in a row: exponential, with full jitter below it (Brooker, "Exponential
 * Backoff and Jitter", AWS Architecture Blog, 2015).
 */
export function longestWaitOf(failures: number, { firstWaitMs, longestWaitMs }: FeedTimings): number {
  return Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
}

const seconds = (ms: number): string => `${ms / 1_000} s`;
