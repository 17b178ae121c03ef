import { faultyTransport, type FaultyTransport, type MarketFault } from '../../../simulator/index.ts';
import { MINUTE_MS, openScene, type Scene } from './scene.ts';
import { eligible, mints } from './scripted-market.ts';

/** Requests a minute, here and at the source. */
export const QUOTA = { pairs: 100, profiles: 60 } as const;
/** As eight are to a quota of 300. */
const CONNECTIONS = 3;
/** Enough tokens that what is due never leaves a request of the quota unused. */
const TOKENS = 240;
const STEP_MS = 250;

/** What the source does for a while; null when it is well. */
export interface Phase {
  readonly fault: MarketFault | null;
  readonly ms: number;
}

/** What a row of faults did. Times are ms; null for what did not happen while it was watched. */
export interface FaultRun {
  readonly scene: Scene;
  readonly line: FaultyTransport;
  /** When the first fault began, and when the last one ended: monotonic. */
  readonly beganMs: number;
  readonly endedMs: number;
  /** From the beginning until the service says that the source cannot be reached. */
  readonly noticedMs: number | null;
  /** From the end until a request arrives, until the source counts as reachable, until no hot token is stale. */
  readonly askedMs: number | null;
  readonly regainedMs: number | null;
  readonly freshMs: number | null;
  /** The largest share of hot tokens that were stale at once, from the beginning on. */
  readonly mostStale: number;
  /** The same when the last fault ended. */
  readonly staleAtEnd: number;
  /** Active tokens that lost their status. */
  readonly lost: readonly string[];
  /** Conditions that stood at some time, from the beginning on. */
  readonly conditions: ReadonlySet<string>;
}

/**
 * Plays faults to the real service, which uses its quota up, under virtual time: two minutes in which all is well, the
 * faults one after the other, and `watchMs` after them.
 */
export async function runFaults(phases: readonly Phase[], watchMs = 75_000): Promise<FaultRun> {
  const { scene, line, all } = await openFaultyScene();
  const { clock, service } = scene;
  const conditions = new Set<string>();
  let mostStale = 0;
  const stale = (): number => {
    const { hot } = service.view.overview().freshness;
    return hot.count === 0 ? 0 : hot.stale / hot.count;
  };
  /** Lets time pass, and tells when each of the questions was first answered with yes. */
  const watch = async <Name extends string>(
    ms: number,
    questions: Readonly<Record<Name, () => boolean>>,
  ): Promise<Partial<Record<Name, number>>> => {
    const startMs = clock.monotonic();
    const firstMs: Partial<Record<Name, number>> = {};
    for (let leftMs = ms; leftMs > 0; leftMs -= STEP_MS) {
      await scene.pass(Math.min(STEP_MS, leftMs));
      mostStale = Math.max(mostStale, stale());
      for (const name of scene.conditions()) conditions.add(name);
      for (const name of Object.keys(questions) as Name[])
        if (firstMs[name] === undefined && questions[name]()) firstMs[name] = clock.monotonic() - startMs;
    }
    return firstMs;
  };
  const reachable = (): boolean | null => service.view.overview().market.reachable;

  await scene.pass(2 * MINUTE_MS);
  const active = all.filter((mint) => scene.token(mint).status === 'active');
  const beganMs = clock.monotonic();
  let noticedMs: number | null = null;
  for (const { fault, ms } of phases) {
    line.set(fault);
    const sinceMs = clock.monotonic() - beganMs;
    const { noticed } = await watch(ms, { noticed: () => reachable() === false });
    if (noticed !== undefined) noticedMs ??= sinceMs + noticed;
  }
  const endedMs = clock.monotonic();
  const staleAtEnd = stale();
  line.set(null);
  const after = await watch(watchMs, { regained: () => reachable() === true, fresh: () => stale() === 0 });
  const { firstMs } = line.source;
  return {
    scene,
    line,
    beganMs,
    endedMs,
    noticedMs,
    askedMs: firstMs === null ? null : firstMs - endedMs,
    regainedMs: after.regained ?? null,
    freshMs: after.fresh ?? null,
    mostStale,
    staleAtEnd,
    lost: active.filter((mint) => scene.token(mint).status !== 'active'),
    conditions,
  };
}

async function openFaultyScene(): Promise<{
  readonly scene: Scene;
  readonly line: FaultyTransport;
  readonly all: readonly string[];
}> {
  const all = mints(TOKENS);
  const lines: FaultyTransport[] = [];
  const scene = await openScene({
    watch: all,
    tokens: { activeCheckIntervalMs: MINUTE_MS },
    dexscreener: { pairsPerMinute: QUOTA.pairs, profilesPerMinute: QUOTA.profiles },
    script: (market) => {
      market.list(all, eligible);
    },
    line(market, clock) {
      const made = faultyTransport({ inner: market, clock, grants: QUOTA, connections: CONNECTIONS });
      lines.push(made);
      return made;
    },
  });
  const [line] = lines;
  if (line === undefined) throw new Error('the service asked for no transport');
  return { scene, line, all };
}
