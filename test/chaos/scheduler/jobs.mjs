// @ts-check
/** The jobs of the proof: some that work, and one for each way to go wrong. */
import { setTimeout as sleep } from 'node:timers/promises';

/** @typedef {import('../../../src/warden/scheduler/index.ts').JobOptions} JobOptions */
/** @typedef {import('../../../src/warden/scheduler/index.ts').RunContext} RunContext */
/** @typedef {(what: string, about?: object) => void} Tell */

const never = () => new Promise(() => undefined);
/** @param {AbortSignal} signal */
const untilAborted = (signal) =>
  new Promise((_, reject) =>
    signal.addEventListener('abort', () => {
      reject(new Error('aborted'));
    }),
  );

/**
 * @param {string} name @param {number} everyMs @param {Partial<JobOptions>} options
 * @param {(context: RunContext, tell: Tell, host: string) => unknown} work
 * @returns {(tell: Tell, host: string) => JobOptions}
 */
const jobOf = (name, everyMs, options, work) => (tell, host) => ({
  name,
  group: 'proof',
  schedule: { everyMs },
  restart: { firstMs: 50, capMs: 100 },
  parkAfter: 1_000_000,
  ...options,
  async run(context) {
    const { runId, resumed } = context;
    tell('start', { run: runId, job: name, resumed });
    try {
      await work(context, tell, host);
    } finally {
      tell('end', { run: runId, job: name });
    }
  },
});

const SHORT = { stallMs: 1_000, graceMs: 1_000 };
let items = 0;

export const JOBS = {
  /** Works off what was in flight, and then some more. */
  items: jobOf('items', 60, {}, async (context, tell, host) => {
    const fresh = Array.from({ length: 4 }, () => `${host} ${++items}`);
    for (const item of fresh) context.begin(item);
    for (const item of [...context.resumed, ...fresh]) {
      await sleep(4);
      tell('item', { run: context.runId, item });
      if (item.endsWith('3')) context.failed(item, new Error('no'));
      else context.done(item);
    }
  }),
  quick: jobOf('quick', 50, {}, () => undefined),
  /** Is nearly always in mid-run, and gets on. */
  slow: jobOf('slow', 100, { stallMs: 2_000 }, async (context) => {
    for (let step = 0; step < 8; step++) {
      await sleep(50);
      context.progress(step, 8);
    }
  }),
  throws: jobOf('throws', 70, {}, () => {
    throw new Error('in its first run');
  }),
  inTimer: jobOf('inTimer', 80, SHORT, (context) => {
    setTimeout(() => {
      throw new Error('in a timer');
    }, 5);
    return untilAborted(context.signal);
  }),
  unawaited: jobOf('unawaited', 90, SHORT, async (context) => {
    void (async () => {
      await sleep(2);
      throw new Error('where nobody awaits it');
    })();
    await untilAborted(context.signal);
  }),
  /** Its error comes when the run is long over. */
  tooLate: jobOf('tooLate', 110, {}, () => {
    setTimeout(() => {
      throw new Error('afterwards');
    }, 50);
  }),
  inListener: jobOf('inListener', 100, SHORT, (context) => {
    context.signal.addEventListener('abort', () => {
      throw new Error('in a listener');
    });
    return untilAborted(context.signal);
  }),
  ignores: jobOf('ignores', 100, SHORT, never),
  /** Holds up everything, at once. */
  blocks: jobOf('blocks', 0, { schedule: { everyMs: 20_000, startAtOnce: true } }, async () => {
    await sleep(20);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_200);
  }),
};
