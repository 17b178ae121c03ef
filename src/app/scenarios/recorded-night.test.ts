import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
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

/** A report tells of its minute; later nothing is known until the next one. */
const TELLS_MS = 2 * MINUTE_MS;

/** Feeds reports in as signals, and gives what was told and done. */
async function live(reports: readonly BotReport[]) {
  const clock = new FakeClock();
  const [first] = reports;
  const timeOf = ({ timestamp }: BotReport): number => Date.parse(`${timestamp}Z`);
  const startMs = first ? timeOf(first) : 0;
  let shown: BotReport | undefined;
  let shownMs = 0;
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
          value: clock.monotonic() - shownMs < TELLS_MS ? Number(current_value) : null,
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
    preserve: ({ rule: name }) => `incidents/${name}`,
    journal: async (entries) => void journal.push(...entries),
  });
  warden.start();
  for (const report of reports) {
    await clock.advance(Math.max(0, timeOf(report) - startMs - clock.monotonic()));
    shown = report;
    shownMs = clock.monotonic();
  }
  await clock.advance(5 * MINUTE_MS);
  const stopping = warden.stop();
  await clock.advance(SECOND_MS);
  await stopping;
  const of = (type: JournalDraft['type'], subject: string) =>
    all(journal, type).filter((entry) => entry.subject === subject);
  return { done, of, journal };
}

/** Entries of one type. */
function all<Type extends JournalDraft['type']>(
  journal: readonly JournalDraft[],
  type: Type,
): readonly Extract<JournalDraft, { readonly type: Type }>[] {
  return journal.filter(
    (entry): entry is Extract<JournalDraft, { readonly type: Type }> => entry.type === type,
  );
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
  // Memory is a matter of its own. No matter calls a person twice, each with evidence, and is left alone from then on.
  const called = all(journal, 'recovery.manual');
  expect(called.map(({ subject }) => subject).toSorted()).toEqual(['process.memory', scanner]);
  expect(called.every(({ data }) => data.evidence !== null)).toBe(true);
  for (const { subject, at } of called) {
    const begins = of('condition.started', subject ?? '').find((begun) => begun.at > at)?.at ?? Infinity;
    const later = of('action.taken', subject ?? '').filter((one) => one.at > at && one.at < begins);
    expect(later, String(subject)).toEqual([]);
  }
  // All of it stays within the budget of an hour.
  const taken = all(journal, 'action.taken');
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

/** What the old monitor did in such a night, and what was done here, for docs/recovery.md. */
function tableOf(night: readonly BotReport[], { journal }: Awaited<ReturnType<typeof live>>): string {
  const named = night.flatMap(({ recovery_actions: actions }) => actions.filter((name) => name !== 'none'));
  const often = (name: string): number => named.filter((one) => one === name).length;
  const person = often('manual_intervention');
  const taken = all(journal, 'action.taken');
  const verified = all(journal, 'action.verified');
  const called = all(journal, 'recovery.manual');
  const begun = all(journal, 'condition.started');
  const without = verified.filter(({ data }) => data.outcome === 'did-not-work');
  return [
    '| | the monitor of the bot | Moonwarden |',
    '| --- | --- | --- |',
    `| says that something is wrong | ${night.length} reports with ${night.flatMap(({ issues }) => issues).length} faults, all critical | ${begun.length} conditions, each when it begins |`,
    `| tries to heal | ${named.length - person} times | ${taken.length} times |`,
    `| restarts the bot | ${often('hard_recovery')} times | ${taken.filter(({ data }) => data.step === 'hard').length} times |`,
    `| looks whether it helped | never | ${verified.length} times: ${without.length} without effect |`,
    `| calls a person | ${person} times | ${called.length} times, once a matter, and says what was tried |`,
  ].join('\n');
}

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

// `-u` writes it.
test('docs/recovery.md tells how the night that was made comes out', async () => {
  const page = fileURLToPath(new URL('../../../docs/recovery.md', import.meta.url));
  const table = tableOf(botNight(), await live(botNight()));
  const text = readFileSync(page, 'utf8').replace(
    /(<!-- night -->)[^]*(<!-- \/night -->)/,
    (_all, begin: string, end: string) => `${begin}\n\n${table}\n\n${end}`,
  );
  const style = await prettier.resolveConfig(page);
  expect(text).toContain(table);
  await expect(await prettier.format(text, { ...style, parser: 'markdown' })).toMatchFileSnapshot(page);
});
