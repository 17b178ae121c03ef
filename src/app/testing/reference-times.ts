import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock, FakeClock, Logger } from '../../kernel/index.ts';
import { openSqliteStore, type SqliteStore } from '../../storage/index.ts';
import { runFaults } from '../scenarios/testing/fault-run.ts';
import { hangingStore } from '../scenarios/testing/hanging-store.ts';
import { MINUTE_MS, closeScenes, openScene, type Scene } from '../scenarios/testing/scene.ts';
import { eligible, mints, type ScriptedMarket } from '../scenarios/testing/scripted-market.ts';

export { closeScenes };

/** From a fault, or from its end, to what is measured: virtual ms; null when it did not come. Scenes are the caller's to close. */
export type Took = number | null;

const STEP_MS = 100;
/** Looks at the disk after each step of virtual time. */
const LOOKS = 20;
const all = mints(30);
const script = (market: ScriptedMarket): void => market.list(all, eligible);
const refused = (): Error => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

/** Lets time pass until it is so, or the limit is over. @param settle what real things need to get on beside virtual time. */
async function until(
  { clock, pass }: Scene,
  limitMs: number,
  isSo: () => boolean,
  settle?: () => Promise<void>,
): Promise<Took> {
  const startMs = clock.monotonic();
  while (!isSo()) {
    if (clock.monotonic() - startMs >= limitMs) return null;
    await pass(STEP_MS);
    await settle?.();
  }
  return clock.monotonic() - startMs;
}

/**
 * The source refuses connections for over a minute. `stale`: who asks for a token is answered with what is stored; the longest
 * wait of several, from the first moment on. `told`: a condition. `closed`: calls go through again as always.
 */
export async function outage(): Promise<Record<'stale' | 'told' | 'closed', Took>> {
  const scene = await openScene({ watch: all, script });
  const { clock, market, service, health, pass } = scene;
  // What was read a moment ago would be given without asking anybody.
  await pass(7 * MINUTE_MS);
  market.fault = refused;
  const beganMs = clock.monotonic();
  let told: Took = null;
  const look = (): void => {
    if (scene.conditions().includes('source.unreachable')) told ??= clock.monotonic() - beganMs;
  };
  let stale: Took = 0;
  for (const mint of all.slice(0, 10)) {
    let freshness: string | undefined;
    void service.view.refresh(mint).then((answer) => (freshness = answer?.freshness));
    const took = await until(scene, 30_000, () => {
      look();
      return freshness !== undefined;
    });
    stale = stale === null || took === null || freshness !== 'stale' ? null : Math.max(stale, took);
    await until(scene, 700, () => {
      look();
      return false;
    });
  }
  await pass(MINUTE_MS);
  market.fault = () => undefined;
  const closed = await until(scene, MINUTE_MS, () => health().dependencies[0]?.state === 'closed');
  return { stale, told, closed };
}

/** Nothing comes through for over a minute; then: until a read has come to an answer. */
export async function networkGone(): Promise<Took> {
  const { regainedMs } = await runFaults([{ fault: { kind: 'gone' }, ms: 61_500 }], 20_000);
  return regainedMs;
}

/** A run of the job `hot` that never ends, because the store keeps it waiting: until another one is under way. */
export async function stuckJob(): Promise<Took> {
  const store = hangingStore(all);
  const scene = await openScene({ watch: all, script, store: store.open });
  const { pass, service, clock } = scene;
  await pass(2 * MINUTE_MS);
  store.hangs = true;
  await until(scene, MINUTE_MS, () => store.sinceMs !== null);
  const stuckMs = store.sinceMs ?? 0;
  const startedAt = (): number => {
    const hot = service.view.jobs.list().items.find(({ name }) => name === 'hot');
    return Math.max(0, ...(hot?.running ?? []).map((run) => run.startedAt));
  };
  const journal = async (): Promise<boolean> =>
    (await scene.journal({ type: 'job.cut_off' })).some(({ subject }) => subject === 'hot');
  while (!(await journal())) {
    if (clock.monotonic() - stuckMs > 2 * MINUTE_MS) return null;
    await pass(STEP_MS);
  }
  const cutOffAt = clock.now();
  await until(scene, MINUTE_MS, () => startedAt() >= cutOffAt - STEP_MS);
  return clock.monotonic() - stuckMs;
}

/** One statement in twenty takes a sixth of a second: until a condition says so. */
export async function slowStatements(): Promise<Took> {
  const disk = { isSlow: false, looks: 0 };
  const slow = (clock: FakeClock): Clock => ({
    now: () => clock.now(),
    schedule: (delayMs, fn) => clock.schedule(delayMs, fn),
    sleep: (delayMs, signal) => clock.sleep(delayMs, signal),
    // A statement is timed by two looks at the clock; as their number is odd, each second time it is within one.
    monotonic() {
      disk.looks += 1;
      if (disk.isSlow && disk.looks % 21 === 0) clock.holdUp(160);
      return clock.monotonic();
    },
  });
  const scene = await openScene({
    watch: all,
    script,
    store: (clock, log) => openSqliteStore({ clock: slow(clock), log, folder: null }),
  });
  await scene.pass(2 * MINUTE_MS);
  disk.isSlow = true;
  const took = await until(scene, 2 * MINUTE_MS, () => scene.conditions().includes('store.slow'));
  disk.isSlow = false;
  return took;
}

/**
 * The files of the database are removed. `told`: a condition. `back`: the database is there again with all that it had, and what
 * had waited is written.
 */
export async function databaseLost(): Promise<Record<'told' | 'back', Took>> {
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden reference '));
  const file = join(folder, 'moonwarden.db');
  const some = all.slice(0, 3);
  try {
    const open = (clock: FakeClock, log: Logger): SqliteStore => openSqliteStore({ clock, log, folder });
    const scene = await openScene({ watch: some, script, store: open });
    await scene.pass(2 * MINUTE_MS);
    const { clock, store } = scene;
    const lostMs = clock.monotonic();
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    // What the service asked of the disk before is answered before this is, on a busy machine, too.
    const settle = async (): Promise<void> => {
      for (let looks = 0; looks < LOOKS; looks++) await stat(folder);
    };
    const isTold = (): boolean => scene.conditions().includes('store.failing');
    const told = await until(scene, MINUTE_MS, isTold, settle);
    const isBack = (): boolean =>
      existsSync(file) &&
      store.fault() === null &&
      store.writing().waiting === 0 &&
      store.writing().lost === 0;
    const came = await until(scene, MINUTE_MS, isBack, settle);
    const backMs = clock.monotonic();
    await closeScenes();
    const next = await openScene({ script, store: open, clock });
    const { items } = await next.service.view.tokens({ sort: '-score', limit: 50 });
    await closeScenes();
    const kept = items.map(({ mint }) => mint);
    const isWhole = came !== null && some.every((mint) => kept.includes(mint));
    return { told, back: isWhole ? backMs - lostMs : null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
