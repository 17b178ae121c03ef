import type { JournalEntry } from '../contract/index.ts';
import {
  loadExpectation,
  loadWorld,
  type TokenSample,
  type Verdict,
  type WorldSample,
} from '../simulator/index.ts';
import { loadSettings } from './settings.ts';
import { runVirtually, type Appointment } from './virtual-run.ts';

/** What came out of a world written by hand, expectation by expectation. */
export interface WorldReport {
  readonly world: string;
  readonly about: string;
  readonly runsMs: number;
  readonly passed: number;
  readonly failed: number;
  readonly verdicts: readonly Verdict[];
}

/**
 * Plays a world to the real service under virtual time, and judges what came out by an expectation.
 * @throws MoonwardenError FILE_UNREADABLE, WORLD_INVALID; CONFIG_INVALID for the world's settings; INTERNAL.
 */
export async function simulateWorld(worldFile: string, expectationFile: string): Promise<WorldReport> {
  const world = loadWorld(worldFile);
  const expectation = loadExpectation(expectationFile, world);
  const { settings } = loadSettings({
    environment: {},
    file: null,
    flags: { source: worldFile, values: world.settings },
  });
  const entries: JournalEntry[] = [];
  let isOver = false;
  const samples = new Map<number, WorldSample>();
  const named = new Map<number, string[]>();
  for (const { discovered, mint } of world.tokens) {
    if (typeof discovered === 'number') named.set(discovered, [...(named.get(discovered) ?? []), mint]);
  }
  const appointments: Appointment[] = [
    ...[...named].flatMap(([atMs, mints]) =>
      atMs === 0
        ? []
        : [{ atMs, act: (view): unknown => view.importTokens(mints, 'file') } satisfies Appointment],
    ),
    ...expectation.samplingTimes.map((atMs): Appointment => ({
      atMs,
      act(view) {
        const known = world.tokens.flatMap(({ mint }): [string, TokenSample][] => {
          const token = view.token(mint);
          return token === undefined ? [] : [[mint, token]];
        });
        samples.set(atMs, { health: view.overview().status, tokens: new Map(known) });
      },
    })),
    // What the service writes when it is stopped is no part of the world.
    {
      atMs: world.runsMs,
      act: () => {
        isOver = true;
      },
    } satisfies Appointment,
  ].sort((a, b) => a.atMs - b.atMs);

  const { startMs, endMs, overview } = await runVirtually({
    durationMs: world.runsMs,
    settings,
    open: (clock) => ({ transport: world.open(clock), discoveries: named.get(0) ?? [] }),
    onEntries(committed) {
      if (!isOver) entries.push(...committed.filter(({ type }) => type !== 'samples'));
    },
    appointments,
  });
  const { total: _total, ...counts } = overview.counts;
  const verdicts = expectation.judge({
    startMs,
    endMs,
    tokens: world.tokens,
    entries,
    samples,
    counts,
  });
  const passed = verdicts.filter((verdict) => verdict.passed).length;
  return {
    world: worldFile,
    about: world.about,
    runsMs: world.runsMs,
    passed,
    failed: verdicts.length - passed,
    verdicts,
  };
}
