// @ts-check
/** Who is measured at what: ours, and the peers that offer the same. Each gives a function that makes one call. */
import * as cockatiel from 'cockatiel';
import Opossum from 'opossum';

/** @typedef {(work: (context: any) => Promise<number>) => Promise<unknown>} Caller makes one call and settles when it has ended, however */
/** @typedef {{ ours: Caller, cockatiel?: Caller, opossum?: Caller, bare?: Caller }} Contenders */
/** @typedef {typeof import('../../src/warden/resilience/index.ts')} Library */

const LONG_MS = 3_600_000;
const answers = async () => 1;
const fails = async () => {
  throw new Error('down');
};

/** @param {() => Promise<unknown>} call @returns {() => Promise<unknown>} */
const quietly = (call) => () => call().catch(() => undefined);

/** A closed breaker around work that answers. Ours counts a window of a minute beside. @param {Library} library @returns {Contenders} */
export function closedBreaker({ createBreaker }) {
  const ours = createBreaker({ trip: { consecutiveFailures: 5 } });
  const theirs = cockatiel.circuitBreaker(cockatiel.handleAll, {
    halfOpenAfter: LONG_MS,
    breaker: new cockatiel.ConsecutiveBreaker(5),
  });
  const opossum = new Opossum(answers, { timeout: false, errorThresholdPercentage: 50 });
  return {
    ours: (work) => ours.execute(work),
    cockatiel: (work) => theirs.execute(work),
    opossum: () => opossum.fire(),
    bare: (work) => work(undefined),
  };
}

/** Retry, breaker and time limit in one. @param {Library} library @returns {Contenders} */
export function wholePolicy({ createDependency }) {
  const ours = createDependency({
    name: 'bench',
    timeout: 10_000,
    retry: { maxRetries: 3 },
    breaker: { trip: { consecutiveFailures: 5 } },
  });
  const theirs = cockatiel.wrap(
    cockatiel.retry(cockatiel.handleAll, { maxAttempts: 3, backoff: new cockatiel.ExponentialBackoff() }),
    cockatiel.circuitBreaker(cockatiel.handleAll, {
      halfOpenAfter: LONG_MS,
      breaker: new cockatiel.ConsecutiveBreaker(5),
    }),
    cockatiel.timeout(10_000, cockatiel.TimeoutStrategy.Aggressive),
  );
  return { ours: (work) => ours.execute(work), cockatiel: (work) => theirs.execute(work) };
}

/** An open breaker, and the exception that it throws. @param {Library} library @returns {Promise<Contenders>} */
export async function refusalByException({ createBreaker }) {
  const ours = createBreaker({ trip: { consecutiveFailures: 1 }, openMs: LONG_MS, longestOpenMs: LONG_MS });
  const theirs = cockatiel.circuitBreaker(cockatiel.handleAll, {
    halfOpenAfter: LONG_MS,
    breaker: new cockatiel.ConsecutiveBreaker(1),
  });
  const opossum = new Opossum(fails, { timeout: false, resetTimeout: LONG_MS, errorThresholdPercentage: 1 });
  await quietly(() => ours.execute(fails))();
  await quietly(() => theirs.execute(fails))();
  await quietly(() => opossum.fire())();
  if (ours.state() !== 'open' || theirs.state !== cockatiel.CircuitState.Open || !opossum.opened)
    throw new Error('a breaker of the benchmark did not open');
  return {
    ours: (work) => ours.execute(work).catch(() => undefined),
    cockatiel: (work) => theirs.execute(work).catch(() => undefined),
    opossum: () => opossum.fire().catch(() => undefined),
  };
}

/** The same, ours without an exception: `tryExecute`. @param {Library} library @returns {Promise<Contenders>} */
export async function refusalByResult(library) {
  const { cockatiel: theirs } = await refusalByException(library);
  const ours = library.createBreaker({
    trip: { consecutiveFailures: 1 },
    openMs: LONG_MS,
    longestOpenMs: LONG_MS,
  });
  await quietly(() => ours.execute(fails))();
  const refused = await ours.tryExecute(answers);
  if (refused.ok || refused.refusal === undefined) throw new Error('a refusal of the benchmark is none');
  return { ours: (work) => ours.tryExecute(work), ...(theirs ? { cockatiel: theirs } : {}) };
}

/**
 * A failure while so many calls are in the window. @param {Library} library @param {number} calls
 * @returns {Promise<Contenders>}
 */
export async function failureAfter({ createBreaker }, calls) {
  const trip = { failureRatio: { ratio: 1, minimumCalls: 10_000_000 } };
  const ours = createBreaker({ trip, windowMs: LONG_MS });
  const opossum = new Opossum(async (/** @type {boolean} */ ok) => (ok ? 1 : fails()), {
    timeout: false,
    rollingCountTimeout: LONG_MS,
    rollingCountBuckets: 10,
    volumeThreshold: 10_000_000,
  });
  for (let call = 0; call < calls; call++) {
    ours.recordSuccess();
    // Its percentiles need the latencies, so each call is really made.
    if (call < 100_000) await opossum.fire(true);
  }
  return {
    ours: () => ours.execute(fails).catch(() => undefined),
    opossum: () => opossum.fire(false).catch(() => undefined),
  };
}
