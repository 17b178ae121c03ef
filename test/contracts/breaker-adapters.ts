import {
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  SamplingBreaker,
  TaskCancelledError,
  TimeoutStrategy,
  circuitBreaker,
  handleAll,
  isBrokenCircuitError,
  isIsolatedCircuitError,
  noJitterGenerator,
  timeout,
  wrap,
} from 'cockatiel';
import CircuitBreaker from 'opossum';
import { RefusedError } from '../../src/warden/resilience/index.ts';
import { createBreaker, type TripOptions } from '../../src/warden/resilience/index.ts';
import { NotOffered, type ContractOptions, type MakeBreaker } from './breaker-contract.ts';

const notOffered = (what: string): never => {
  throw new NotOffered(what);
};

function tripOf(trip: ContractOptions['trip']): TripOptions {
  if ('failures' in trip) return { consecutiveFailures: trip.failures };
  return 'slowMs' in trip ? { slowCalls: trip } : { failureRatio: trip };
}

export const moonwarden: MakeBreaker = ({ trip, openMs, openGrowth = 1, timeoutMs, snapshot }) => {
  const breaker = createBreaker({
    trip: tripOf(trip),
    openMs,
    openGrowth,
    ...('windowMs' in trip ? { windowMs: trip.windowMs } : {}),
  });
  if (snapshot !== undefined) {
    const restored = breaker.restore(snapshot);
    if (!restored.ok) throw new Error(restored.reason);
  }
  const refusalOf = (error: unknown): RefusedError | null => (error instanceof RefusedError ? error : null);
  return {
    exec: (fn, signal) => breaker.execute((context) => fn(context.signal), { signal, deadlineMs: timeoutMs }),
    state: () => breaker.state(),
    rejected: (error) => refusalOf(error)?.refusal.by === 'breaker',
    refusal(error) {
      const { since, nextTryAt, lastCause } = refusalOf(error)?.refusal ?? notOffered('a refusal');
      return { since, nextTryAt: nextTryAt ?? 0, lastCause: lastCause ?? '' };
    },
    on: (event, listener) => void breaker.on(event, listener),
    isolate: () => breaker.isolate(),
    snapshot: () => breaker.snapshot(),
    reconfigure: (openMs) => breaker.configure({ openMs }),
    close: () => undefined,
  };
};

const COCKATIEL_STATES = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Isolated]: 'isolated',
} as const;

/** cockatiel's ConsecutiveBreaker or SamplingBreaker, and its timeout inside where a case asks for one. */
export const cockatiel: MakeBreaker = ({ trip, openMs, openGrowth = 1, timeoutMs, snapshot }) => {
  if ('slowMs' in trip) return notOffered('slow calls');
  const backoff = { initialDelay: openMs, exponent: openGrowth, maxDelay: 100 * openMs };
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter:
      openGrowth === 1 ? openMs : new ExponentialBackoff({ ...backoff, generator: noJitterGenerator }),
    breaker:
      'failures' in trip
        ? new ConsecutiveBreaker(trip.failures)
        : new SamplingBreaker({
            threshold: trip.ratio,
            duration: trip.windowMs,
            minimumRps: (trip.minimumCalls * 1_000) / trip.windowMs,
          }),
    ...(snapshot === undefined ? {} : { initialState: snapshot }),
  });
  const policy =
    timeoutMs === undefined ? breaker : wrap(breaker, timeout(timeoutMs, TimeoutStrategy.Aggressive));
  const rejected = (error: unknown): boolean =>
    isBrokenCircuitError(error) || isIsolatedCircuitError(error) || error instanceof TaskCancelledError;
  return {
    exec: (fn, signal) => policy.execute((context) => fn(context.signal), signal),
    state: () => COCKATIEL_STATES[breaker.state],
    rejected,
    refusal: () => notOffered('what a refusal tells'),
    on(event, listener) {
      if (event === 'state_change') breaker.onStateChange(listener);
      else if (event === 'success') breaker.onSuccess(listener);
      else if (event === 'failure') breaker.onFailure(listener);
      else notOffered('an event of refusals');
    },
    isolate() {
      const hold = breaker.isolate();
      return () => hold.dispose();
    },
    snapshot: () => breaker.toJSON(),
    reconfigure: () => notOffered('live reconfiguration'),
    close: () => undefined,
  };
};

/** What opossum's toJSON gives, of which its options take the parts. */
type OpossumSnapshot = Partial<ReturnType<CircuitBreaker['toJSON']>>;

/** opossum knows ratios only; failures in a row are a ratio over half with that minimum. */
export const opossum: MakeBreaker = ({ trip, openMs, openGrowth = 1, timeoutMs, snapshot }) => {
  if ('slowMs' in trip) return notOffered('slow calls');
  if (openGrowth !== 1) return notOffered('an open time that grows');
  const restored = (snapshot ?? {}) as OpossumSnapshot;
  const controller = timeoutMs === undefined ? undefined : new AbortController();
  const breaker = new CircuitBreaker(
    (fn: (signal: AbortSignal | undefined) => Promise<unknown>, signal: AbortSignal | undefined) =>
      fn(signal),
    {
      timeout: timeoutMs ?? false,
      resetTimeout: openMs,
      errorThresholdPercentage: 'failures' in trip ? 50 : trip.ratio * 100,
      volumeThreshold: 'failures' in trip ? trip.failures : trip.minimumCalls,
      rollingCountTimeout: 'failures' in trip ? 60_000 : trip.windowMs,
      ...(controller ? { abortController: controller } : {}),
      ...(restored.state ? { state: restored.state } : {}),
    },
  );
  return {
    // Its only signal is its own, for timeouts.
    exec: <T>(fn: (signal: AbortSignal | undefined) => Promise<T>, signal: AbortSignal | undefined) =>
      signal === undefined
        ? (breaker.fire(fn, controller?.signal) as Promise<T>)
        : notOffered("a caller's signal"),
    state: () => (breaker.opened ? 'open' : breaker.halfOpen ? 'half_open' : 'closed'),
    rejected: (error) => error instanceof Error && 'code' in error && error.code === 'EOPENBREAKER',
    refusal: () => notOffered('what a refusal tells'),
    on(event, listener) {
      if (event === 'success') breaker.on('success', listener);
      else if (event === 'failure') breaker.on('failure', listener);
      else if (event === 'refused') breaker.on('reject', listener);
      else {
        breaker.on('open', listener);
        breaker.on('halfOpen', listener);
        breaker.on('close', listener);
      }
    },
    isolate: () => notOffered('isolation by hand'),
    snapshot: () => breaker.toJSON(),
    reconfigure: () => notOffered('live reconfiguration'),
    close: () => breaker.shutdown(),
  };
};
