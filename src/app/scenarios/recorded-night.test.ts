import { expect, test } from 'vitest';
import type { JournalDraft } from '../../contract/index.ts';
import { FakeClock, silentLogger } from '../../kernel/index.ts';
import type { Rule, ThresholdRule } from '../../warden/detection/index.ts';
import { createWarden } from '../../warden/index.ts';
import type { RecoveryAction } from '../../warden/recovery/index.ts';
import { botNight, readReports, type BotReport } from './testing/bot-night.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

const rule = (own: Partial<ThresholdRule> & Pick<ThresholdRule, 'name' | 'signal' | 'critical'>): Rule => ({
  kind: 'threshold',
  unit: '',
  forMs: 0,
  keepForMs: MINUTE_MS,
  essential: false,
  nextSteps: [],
  ...own,
});
/** As the bot has its limits. What the scanner does not find can be neither approved nor traded. */
const RULES: readonly Rule[] = [
  rule({
    name: 'scanner.finds_nothing',
    signal: 'token_discovery_rate',
    side: 'below',
    critical: { enter: 50, leave: 60 },
  }),
  rule({
    name: 'approval.low',
    signal: 'approval_rate',
    side: 'below',
    critical: { enter: 15, leave: 20 },
    symptomOf: ['scanner.*'],
  }),
  rule({
    name: 'trades.none',
    signal: 'trade_execution_rate',
    side: 'below',
    critical: { enter: 0, leave: 1 },
    symptomOf: ['scanner.*', 'approval.*'],
  }),
  rule({
    name: 'process.memory',
    signal: 'memory_usage',
    critical: { enter: 90, leave: 85 },
    forMs: 2 * MINUTE_MS,
  }),
  rule({ name: 'host.disk', signal: 'disk_usage', critical: { enter: 95, leave: 93 } }),
];

/** Feeds reports in as signals, a value until the next one, and gives what was told and done. */
async function live(reports: readonly BotReport[]) {
  const clock = new FakeClock();
  const [first] = reports;
  const timeOf = ({ timestamp }: BotReport): number => Date.parse(`${timestamp}Z`);
  const startMs = first ? timeOf(first) : 0;
  let shown: BotReport | undefined;
  const journal: JournalDraft[] = [];
  const done: string[] = [];
  const action = (own: Pick<RecoveryAction, 'name' | 'step' | 'component' | 'ends'>): RecoveryAction => ({
    ...own,
    verifyWithinMs: 2 * MINUTE_MS,
    run: () => void done.push(`${Math.floor(clock.monotonic() / MINUTE_MS)} ${own.name}`),
  });
  const warden = createWarden({
    clock,
    log: silentLogger,
    rules: RULES,
    probes: [
      () =>
        Object.entries(shown?.metrics ?? {}).map(([signal, { current_value }]) => ({
          signal,
          value: Number(current_value),
        })),
    ],
    actions: [
      action({
        name: 'reset-connections',
        step: 'soft',
        component: 'scanner',
        ends: ['scanner.finds_nothing'],
      }),
      action({
        name: 'restart-scanner',
        step: 'medium',
        component: 'scanner',
        ends: ['scanner.finds_nothing', 'trades.none'],
      }),
      action({ name: 'clear-caches', step: 'soft', component: 'process', ends: ['process.memory'] }),
      action({
        name: 'restart-bot',
        step: 'hard',
        component: 'process',
        ends: ['scanner.finds_nothing', 'process.memory'],
      }),
    ],
    journal: async (entries) => void journal.push(...entries),
  });
  warden.start();
  for (const report of reports) {
    await clock.advance(Math.max(0, timeOf(report) - startMs - clock.monotonic()));
    shown = report;
  }
  await clock.advance(5 * MINUTE_MS);
  const stopping = warden.stop();
  await clock.advance(SECOND_MS);
  await stopping;
  const of = (type: JournalDraft['type'], subject: string) =>
    journal.filter((entry) => entry.type === type && entry.subject === subject);
  return { done, of, journal };
}

/** What the story of every such night has to be. */
function expectStory({ done, of, journal }: Awaited<ReturnType<typeof live>>): void {
  const scanner = 'scanner.finds_nothing';
  // Each fitting action once, the mildest first, and none of it again.
  expect(of('action.taken', scanner).map(({ data }) => data)).toMatchObject(
    ['reset-connections', 'restart-scanner', 'restart-bot'].map((action) => ({ action })),
  );
  expect(of('action.verified', scanner).map(({ data }) => data)).toMatchObject(
    Array.from({ length: 3 }, () => ({ outcome: 'did-not-work' })),
  );
  // Then it stops, calls a person once, and says why.
  expect(of('recovery.manual', scanner).map(({ reason }) => reason)).toEqual([
    'Nothing is left that the service could do by itself. reset-connections, restart-scanner, restart-bot had no effect.',
  ]);
  // What follows from it waits and says for what.
  expect(of('recovery.waiting', 'trades.none')[0]?.reason).toBe(
    'It waits for scanner.finds_nothing, which explains it.',
  );
  expect(of('action.taken', 'trades.none')).toEqual([]);
  // For a full disk nothing was registered, so nothing is done; that there is one is told once.
  expect(of('action.taken', 'host.disk')).toEqual([]);
  expect(of('condition.started', 'host.disk')).toHaveLength(1);
  // Memory comes and goes, and is a matter of its own; all of it stays within the budget of an hour.
  const taken = journal.flatMap((entry) => (entry.type === 'action.taken' ? [entry] : []));
  for (const { at } of taken) {
    const inHour = taken.filter((other) => other.at >= at && other.at - at < 60 * MINUTE_MS);
    expect(inHour.length).toBeLessThanOrEqual(5);
    expect(inHour.filter(({ data }) => data.step === 'hard').length).toBeLessThanOrEqual(3);
  }
  expect(done).toHaveLength(taken.length);
}

/** Reports that were recorded, where somebody has them, are held to the same story as those made here. */
const folder = process.env['MOONWARDEN_BOT_REPORTS'];
const nights: readonly (readonly [string, readonly BotReport[]])[] = [
  ['made for this test', botNight()],
  ...(folder === undefined ? [] : [['that was recorded', readReports(folder, '20250821')] as const]),
];

test.each(nights)(
  'in a night (%s) in which nothing helps, each fitting action is tried once, then the next, then a person is called, once',
  async (_, night) => {
    const found = await live(night);
    expectStory(found);
    // A night is over an hour long, so two budgets at the most.
    expect(found.done.length).toBeLessThanOrEqual(10);
    // The old monitor of the bot acted in each minute.
    expect(night.length).toBeGreaterThan(40);
    expect(night.flatMap(({ recovery_actions: actions }) => actions).length).toBeGreaterThan(
      2 * night.length,
    );
  },
);
