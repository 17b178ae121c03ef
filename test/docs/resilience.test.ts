import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  adaptiveTimeoutDefaults,
  backoffDefaults,
  breakerDefaults,
  bulkheadDefaults,
  cacheDefaults,
  dependencyDefaults,
  fallbackDefaults,
  probeDefaults,
  rateLimitDefaults,
  retryBudgetDefaults,
  retryDefaults,
} from '../../src/warden/resilience/index.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${ROOT}docs/resilience.md`, 'utf8');

describe('docs/resilience.md', () => {
  const examples = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code ?? '');

  it.each([
    [0, 'SOL 150 closed'],
    [1, 'false open connection refused'],
    [2, '149 history fresh 1'],
  ])('example %i runs as it stands and prints %j', (index, printed) => {
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', examples[index] ?? ''], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(output.trim()).toBe(printed);
  });

  it('has no other example', () => {
    expect(examples).toHaveLength(3);
  });

  const seconds = (ms: number): string => `${ms / 1_000} s`;
  const { openMs, longestOpenMs, trials, successesToClose, trip, ramp } = breakerDefaults;
  it.each([
    [
      'time limit',
      `${seconds(dependencyDefaults.timeoutMs)} an attempt; adaptive: p99 x ${adaptiveTimeoutDefaults.factor} within ${seconds(adaptiveTimeoutDefaults.minMs)} and ${seconds(adaptiveTimeoutDefaults.maxMs)}`,
    ],
    [
      'retry',
      `${retryDefaults.maxRetries} retries, ${backoffDefaults.jitter} jitter from ${backoffDefaults.firstMs} ms, factor ${backoffDefaults.factor}, cap ${seconds(backoffDefaults.capMs)}`,
    ],
    [
      'retry budget',
      `${100 * retryBudgetDefaults.ratio} % of the calls of ${seconds(retryBudgetDefaults.windowMs)}, at least ${retryBudgetDefaults.floor}`,
    ],
    [
      'breaker',
      `opens after ${trip.consecutiveFailures} failures in a row for ${seconds(openMs)}, growing to ${seconds(longestOpenMs)}; ${trials} trials, ${successesToClose} successes close it; then at most ${ramp.start} at once, doubling`,
    ],
    [
      'rate limit',
      `${rateLimitDefaults.limit} calls in ${seconds(rateLimitDefaults.windowMs)}; low priority leaves ${Math.round(100 * (1 - rateLimitDefaults.lowPriorityShare))} % free; waits up to ${seconds(rateLimitDefaults.maxWaitMs)}`,
    ],
    [
      'bulkhead',
      `${JSON.stringify(bulkheadDefaults.limit)} at once, ${bulkheadDefaults.maxQueue} wait, up to ${seconds(bulkheadDefaults.maxWaitMs)} (in a dependency: off)`,
    ],
    [
      'cache',
      `${seconds(cacheDefaults.ttlMs)} fresh, ${seconds(cacheDefaults.staleIfErrorMs)} stale, ${cacheDefaults.maxBytes / 1_024 / 1_024} MiB`,
    ],
    ['fallback chain', seconds(fallbackDefaults.limitMs)],
    ['probe', `every ${seconds(probeDefaults.everyMs)}, limit ${seconds(probeDefaults.timeoutMs)}`],
  ])('says the default of %s', (policy, said) => {
    const rows = [...page.matchAll(/^\| ([^|]+?) +\| ([^|]+?) +\|$/gm)].map(([, name, value]) => [
      name,
      value,
    ]);
    expect(rows).toContainEqual([policy, said]);
  });
});
