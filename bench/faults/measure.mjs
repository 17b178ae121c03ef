// @ts-check
/** Plays one fault to one service, and says what it cost. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, startService } from './service.mjs';

const POLL_MS = 250;
/** A whole minute at the quota before the fault, so that each request beyond it would show. */
const WARM_UP_MS = 75_000;
/** Some tokens have nothing to show any more, whatever is asked. */
const FRESH_SHARE = 0.95;
/** A whole minute after it, in which what is to be made up for comes. */
const WATCH_MS = 75_000;

/**
 * Times are ms from the beginning or the end of the fault, null for what did not happen while it was watched; shares are
 * of the hot tokens.
 * @typedef {{
 *   name: string, hot: number, perMinuteBefore: number, arrived: number, connectionTries: number,
 *   mostPairsInMinute: number, mostProfilesInMinute: number, overQuota: number, refused: number,
 *   mostStale: number, staleAtEnd: number, staleLater: number,
 *   noticedMs: number | null, toldMs: number | null,
 *   askedMs: number | null, regainedMs: number | null, freshMs: number | null, healthyMs: number | null,
 * }} Row
 */

/**
 * @param {{ market: any, mints: readonly string[], one: import('./cases.mjs').Case, faultMs: number, simulator: any, clock: any, inTurn: <T>(work: () => Promise<T>) => Promise<T>, ready: () => Promise<void> }} options
 * `inTurn` lets services start one after the other, and `ready` resolves when all are up, so that none of them is measured
 * while others start.
 * @returns {Promise<Row>}
 */
export async function measureCase({ market, mints, one, faultMs, simulator, clock, inTurn, ready }) {
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden faults '));
  const importFile = join(folder, 'mints.txt');
  writeFileSync(importFile, mints.join('\n'));
  const server = await simulator.serveFaults(market, { port: await freePort(), clock });
  let service;
  try {
    service = await inTurn(() => startService({ folder, marketPort: server.port, importFile }));
    const { url, ended } = service;
    const now = () => clock.monotonic();
    const look = async () => {
      const answer = await fetch(`${url}/api/overview`, { signal: AbortSignal.timeout(5_000) });
      const { market: source, freshness, conditions, status } = /** @type {any} */ (await answer.json());
      const { count, stale } = freshness.hot;
      return {
        atMs: now(),
        hot: count,
        stale: count === 0 ? 0 : stale / count,
        isLost: source.reachable === false,
        isReachable: source.reachable === true,
        isTold: conditions.some((/** @type {any} */ { rule }) =>
          ['source.unreachable', 'source.throttled'].includes(rule),
        ),
        isHealthy: status === 'healthy',
        isFresh: count > 0 && stale <= (1 - FRESH_SHARE) * count,
      };
    };
    /** Looks again and again for so long. @param {number} ms */
    const watch = async (ms) => {
      const looks = [];
      const untilMs = now() + ms;
      for (let nextMs = now(); nextMs < untilMs; nextMs += POLL_MS) {
        await sleep(Math.max(0, nextMs - now()));
        if (ended()) throw new Error(`${one.name}: the service ended`);
        looks.push(await look());
      }
      return looks;
    };
    const firstAt = (
      /** @type {any[]} */ looks,
      /** @type {string} */ what,
      /** @type {number} */ sinceMs,
    ) => {
      const found = looks.find((one) => one[what]);
      return found === undefined ? null : found.atMs - sinceMs;
    };

    await ready();
    await sleep(WARM_UP_MS);
    const { arrivals } = server.source;
    const beganMs = now();
    const lookupsBefore = await service.lookups();
    const { hot } = await look();
    if (one.line !== undefined) service.setLine(one.line);
    await server.set(one.fault);
    const during = await watch(faultMs);
    const last = await look();
    const connectionTries = (await service.lookups()) - lookupsBefore;
    await server.set(null);
    service.setLine('ok');
    const endedMs = now();
    const after = await watch(WATCH_MS);
    const { firstMs, overQuota, refused } = server.source;
    const most = arrivals.mostInMinute();
    return {
      name: one.name,
      hot,
      perMinuteBefore: arrivals.times(beganMs - 60_000, beganMs).length,
      arrived: arrivals.times(beganMs, endedMs).length,
      connectionTries,
      mostPairsInMinute: most.pairs,
      mostProfilesInMinute: most.profiles,
      overQuota,
      refused,
      mostStale: Math.max(...[...during, last, ...after].map(({ stale }) => stale)),
      staleAtEnd: last.stale,
      staleLater: after.at(-1)?.stale ?? 1,
      noticedMs: firstAt(during, 'isLost', beganMs),
      toldMs: firstAt(during, 'isTold', beganMs),
      askedMs: firstMs === null ? null : firstMs - endedMs,
      regainedMs: firstAt(after, 'isReachable', endedMs),
      freshMs: firstAt(after, 'isFresh', endedMs),
      healthyMs: firstAt(after, 'isHealthy', endedMs),
    };
  } finally {
    await service?.stop();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
