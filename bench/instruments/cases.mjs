// @ts-check
/** What is measured: the same work by ours and by prom-client. */
import prom from 'prom-client';

/**
 * `ours` and `peer` do it `count` times; what they give is awaited. `atMost`: the ratio that is promised.
 * @typedef {{ name: string, ours: (count: number) => unknown, peer: (count: number) => unknown, atMost?: number, slow?: boolean }} Case
 */

const LABELS = /** @type {const} */ (['route', 'method', 'status']);
const ROUTES = Array.from({ length: 50 }, (_, n) => `/tokens/${n}`);
const routeOf = (/** @type {number} */ n) => ROUTES[n % 50] ?? '';
/** Log-normal about 60 ms, in seconds. */
const DURATIONS = Array.from({ length: 1_024 }, (_, n) => 0.06 * Math.exp(1.2 * Math.sin(n * 12.9898)));

/** @param {any} library @returns {Case[]} */
export function createCases(library) {
  const metrics = library.createMetrics({ maxSeries: 100 });
  const registers = [new prom.Registry()];
  const help = 'Something that is counted.';
  const name = (/** @type {string} */ text) => ({ name: text, help });
  const counter = metrics.counter(name('plain_total'));
  const promCounter = new prom.Counter({ ...name('plain_total'), registers });
  const labelled = metrics.counter({ ...name('requests_total'), labels: LABELS });
  const promLabelled = new prom.Counter({ ...name('requests_total'), labelNames: LABELS, registers });
  const child = labelled.with({ route: '/bound', method: 'GET', status: '200' });
  const promChild = promLabelled.labels({ route: '/bound', method: 'GET', status: '200' });
  const gauge = metrics.gauge(name('waiting'));
  const promGauge = new prom.Gauge({ ...name('waiting'), registers });
  const histogram = metrics.histogram({ ...name('request_seconds'), unit: 'seconds' });
  const promHistogram = new prom.Histogram({ ...name('request_seconds'), registers });
  const waits = metrics.histogram({ ...name('wait_seconds'), unit: 'seconds', labels: LABELS });
  const promWaits = new prom.Histogram({ ...name('wait_seconds'), labelNames: LABELS, registers });
  const crowded = metrics.counter({ ...name('crowded_total'), labels: LABELS, maxSeries: 10 });
  const promCrowded = new prom.Counter({ ...name('crowded_total'), labelNames: LABELS, registers });
  const printed = fill(library);

  return [
    {
      name: 'counter, no labels',
      atMost: 1,
      ours: (count) => {
        for (let n = 0; n < count; n++) counter.inc();
      },
      peer: (count) => {
        for (let n = 0; n < count; n++) promCounter.inc();
      },
    },
    {
      name: 'counter, 3 labels, one combination',
      atMost: 0.5,
      ours: (count) => {
        for (let n = 0; n < count; n++) labelled.inc({ route: '/tokens', method: 'GET', status: '200' });
      },
      peer: (count) => {
        for (let n = 0; n < count; n++) promLabelled.inc({ route: '/tokens', method: 'GET', status: '200' });
      },
    },
    {
      name: 'counter, 3 labels, 50 combinations in turn',
      atMost: 0.5,
      ours: (count) => {
        for (let n = 0; n < count; n++) labelled.inc({ route: routeOf(n), method: 'GET', status: '200' });
      },
      peer: (count) => {
        for (let n = 0; n < count; n++) promLabelled.inc({ route: routeOf(n), method: 'GET', status: '200' });
      },
    },
    {
      name: 'the same, labels in another order than declared',
      atMost: 0.5,
      ours: (count) => {
        for (let n = 0; n < count; n++) labelled.inc({ status: '200', route: routeOf(n), method: 'GET' });
      },
      peer: (count) => {
        for (let n = 0; n < count; n++) promLabelled.inc({ status: '200', route: routeOf(n), method: 'GET' });
      },
    },
    {
      name: 'the same, beyond the cap of ours',
      ours: (count) => {
        for (let n = 0; n < count; n++) crowded.inc({ route: routeOf(n), method: 'GET', status: '200' });
      },
      peer: (count) => {
        for (let n = 0; n < count; n++) promCrowded.inc({ route: routeOf(n), method: 'GET', status: '200' });
      },
    },
    {
      name: 'counter, bound child',
      ours: (count) => {
        for (let n = 0; n < count; n++) child.inc();
      },
      peer: (count) => {
        for (let n = 0; n < count; n++) promChild.inc();
      },
    },
    {
      name: 'gauge set',
      ours: (count) => {
        for (let n = 0; n < count; n++) gauge.set(n);
      },
      peer: (count) => {
        for (let n = 0; n < count; n++) promGauge.set(n);
      },
    },
    {
      name: 'histogram observe, no labels',
      ours: (count) => {
        for (let n = 0; n < count; n++) histogram.observe(DURATIONS[n & 1_023]);
      },
      peer: (count) => {
        for (let n = 0; n < count; n++) promHistogram.observe(/** @type {number} */ (DURATIONS[n & 1_023]));
      },
    },
    {
      name: 'histogram observe, 3 labels, 50 combinations in turn',
      ours: (count) => {
        for (let n = 0; n < count; n++)
          waits.observe({ route: routeOf(n), method: 'GET', status: '200' }, DURATIONS[n & 1_023]);
      },
      peer: (count) => {
        for (let n = 0; n < count; n++)
          promWaits.observe(
            { route: routeOf(n), method: 'GET', status: '200' },
            /** @type {number} */ (DURATIONS[n & 1_023]),
          );
      },
    },
    {
      name: 'collect and print 200 series',
      slow: true,
      ours: (count) => {
        for (let n = 0; n < count; n++) library.toPrometheus(printed.metrics.collect());
      },
      peer: async (count) => {
        for (let n = 0; n < count; n++) await printed.registry.metrics();
      },
    },
  ];
}

/** 200 series in both: 4 counters and 3 gauges with 25 or 20 combinations, and one histogram with 40. @param {any} library */
function fill(library) {
  const metrics = library.createMetrics();
  const registry = new prom.Registry();
  const registers = [registry];
  const labelNames = ['route'];
  const help = 'Something that is counted.';
  for (let index = 0; index < 4; index++) {
    const name = `counted_${index}_total`;
    const counter = metrics.counter({ name, help, labels: labelNames });
    const peer = new prom.Counter({ name, help, labelNames, registers });
    for (const route of ROUTES.slice(0, 25)) {
      counter.inc({ route }, route.length * 1_000);
      peer.inc({ route }, route.length * 1_000);
    }
  }
  for (let index = 0; index < 3; index++) {
    const name = `level_${index}`;
    const gauge = metrics.gauge({ name, help, labels: labelNames });
    const peer = new prom.Gauge({ name, help, labelNames, registers });
    for (const route of ROUTES.slice(0, 20)) {
      gauge.set({ route }, route.length / 7);
      peer.set({ route }, route.length / 7);
    }
  }
  const name = 'spread_seconds';
  const histogram = metrics.histogram({ name, help, labels: labelNames });
  const peer = new prom.Histogram({ name, help, labelNames, registers });
  for (let n = 0; n < 4_000; n++) {
    const route = ROUTES[n % 40] ?? '';
    const value = /** @type {number} */ (DURATIONS[n & 1_023]);
    histogram.observe({ route }, value);
    peer.observe({ route }, value);
  }
  return { metrics, registry };
}
