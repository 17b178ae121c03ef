import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import { ruleList } from '../../contract/index.ts';
import { judge, noJudgement, type Judgement, type Rule, type Sample } from '../../warden/detection/index.ts';
import { resolveConfig } from '../../warden/config/index.ts';
import { tokenDefaults } from '../../hosts/tokens/index.ts';
import { rulesOf } from './index.ts';
import { rulesSection, type RuleSettings } from './settings.ts';
import { createRuleView } from './view.ts';

const page = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```json\n([^]*?)```/g)].map(([, text = '']): unknown => JSON.parse(text));

function settingsOf(values: unknown): RuleSettings {
  const resolution = resolveConfig([rulesSection], [{ source: 'x', values }]);
  if (!resolution.ok) throw new Error(JSON.stringify(resolution.faults));
  return resolution.settings['rules'] as RuleSettings;
}
const faultsOf = (rules: unknown): readonly string[] => {
  const resolution = resolveConfig([rulesSection], [{ source: 'x', values: { rules } }]);
  return resolution.ok ? [] : resolution.faults.map(({ path, message }) => `${path}: ${message}`);
};
const built = (settings: RuleSettings): readonly Rule[] =>
  rulesOf(settings, {
    tokens: tokenDefaults,
    origin: 'https://source.test',
    hasResources: true,
    jobs: [],
    loop: [],
    backup: [],
  });

/** Judges rules once a second by what is measured, and gives what was told: second, rule, level. */
function judged(rules: readonly Rule[], seconds: number, samplesAt: (second: number) => readonly Sample[]) {
  let state: Judgement = noJudgement;
  const told: string[] = [];
  for (let second = 0; second <= seconds; second++) {
    const ms = 1_000 * second;
    const { judgement, changes } = judge(state, samplesAt(second), rules, { wallMs: ms, monotonicMs: ms });
    for (const { kind, condition } of changes)
      told.push(`${second} ${kind} ${condition.level} ${condition.rule}`);
    state = judgement;
  }
  return { state, told };
}
const mine = (rules: readonly Rule[], ...names: string[]): readonly Rule[] =>
  rules.filter(({ name }) => names.includes(name));

describe('the examples of docs/rules.md', () => {
  test('are three, and valid', () => {
    expect(examples).toHaveLength(3);
    for (const example of examples) expect(() => settingsOf(example)).not.toThrow();
  });

  test('a slow API and a database that grows are told', () => {
    const rules = mine(built(settingsOf(examples[0])), 'my.api_slow', 'my.database_grows');
    const { told } = judged(rules, 1_200, (second) => [
      { signal: 'api_p95_s', value: second < 100 ? 1 : second < 300 ? 2.5 : 1 },
      { signal: 'database_bytes', value: 3e9 + 1e5 * second },
    ]);
    expect(told).toContain('160 started warning my.api_slow');
    expect(told).toContain('360 ended warning my.api_slow');
    // It runs full in 10,000 s, which is within the horizon, and ten points of a minute are needed to say so.
    expect(told.filter((line) => line.endsWith('my.database_grows'))).toMatchObject([
      expect.stringMatching(/^(5[4-9]|6[0-6])\d started warning/),
    ]);
  });

  test('nothing is refreshed although the source answers, and a condition comes and goes', () => {
    const names = ['my.few_refreshed', 'my.idle', 'my.source_flaps', 'source.unreachable'];
    const rules = mine(built(settingsOf(examples[1])), ...names);
    const { told } = judged(rules, 400, (second) => [
      { signal: 'refreshed_per_minute', value: 3 },
      { signal: 'source_failing_s', value: second > 200 && second % 40 < 10 ? 10 : 0 },
    ]);
    expect(told).toContain('120 started critical my.idle');
    expect(told).toContain('200 started warning source.unreachable'.replace('200', '201'));
    expect(told.find((line) => line.includes('ended critical my.idle'))).toMatch(/^201 /);
    expect(told.filter((line) => line.includes('my.source_flaps'))).toEqual([
      '280 started warning my.source_flaps',
    ]);
  });

  test('change default rules', () => {
    const rules = built(settingsOf(examples[2]));
    const [cpu, limit] = ['process.cpu', 'process.memory_limit'].map((wanted) =>
      rules.find(({ name }) => name === wanted),
    );
    expect(cpu).toMatchObject({
      forMs: 300_000,
      warning: { enter: 0.5 },
      critical: { enter: 0.85, leave: 0.75 },
    });
    expect(cpu?.kind === 'threshold' && cpu.warning?.leave).toBeCloseTo((0.5 * 0.6) / 0.7);
    expect(limit).toMatchObject({ warning: { enter: 750e6 }, critical: { enter: 900e6 } });
    expect(rules.some(({ name }) => name === 'data.cold_stale')).toBe(false);
  });
});

const own = { name: 'my.rule', kind: 'threshold', signal: 'x', warning: { enter: 2, leave: 1 } };
test.each<[string, unknown, string]>([
  [
    'a kind that there is not',
    { custom: [{ ...own, kind: 'treshold' }] },
    'rules.custom.0.kind: the kind "treshold" is not known; did you mean "threshold"?',
  ],
  [
    'no kind',
    { custom: [{ ...own, kind: undefined }] },
    'rules.custom.0.kind: the kind is missing; it is one of threshold, rate, absence, ratio, past, trend, degradation, count, composite',
  ],
  [
    'a misspelt key',
    { custom: [{ ...own, singal: 'x' }] },
    'rules.custom.0.singal: "singal" is not known here; did you mean "signal"?',
  ],
  [
    'a level without leave',
    { custom: [{ ...own, warning: { enter: 2 } }] },
    'rules.custom.0.warning.leave: ',
  ],
  [
    'leave beyond enter',
    { custom: [{ ...own, warning: { enter: 2, leave: 3 } }] },
    'rules.custom.0.warning: leave (3) must be below enter (2), or at it',
  ],
  [
    'the same on the other side',
    { custom: [{ ...own, side: 'below' }] },
    'rules.custom.0.warning: leave (1) must be above enter (2), or at it',
  ],
  [
    'levels in the wrong order',
    { custom: [{ ...own, critical: { enter: 1, leave: 1 } }] },
    'rules.custom.0.critical: enter (1) must be above that of warning (2)',
  ],
  [
    'no level',
    { custom: [{ ...own, warning: undefined }] },
    'rules.custom.0: has no level; give it `warning`, `error` or `critical`',
  ],
  ['a name twice', { custom: [own, own] }, 'rules.custom.1.name: is the name of the rule at 0, too'],
  [
    'the name of a default rule',
    { custom: [{ ...own, name: 'data.stale' }] },
    'rules.custom.0.name: is the name of a default rule; change that one in `override`',
  ],
  [
    'a rule that there is not',
    { custom: [{ name: 'c', kind: 'composite', warning: { rule: 'data.stael' } }] },
    'rules.custom.0: looks at the rule "data.stael", which there is not; did you mean "data.stale"?',
  ],
  [
    'a rule that looks at itself',
    { custom: [{ name: 'c', kind: 'composite', warning: { not: { rule: 'c' } } }] },
    'rules.custom.0: looks at itself, by way of other rules',
  ],
  [
    'a count of nothing',
    { custom: [{ name: 'c', kind: 'count', count: { of: 'changes' }, warning: { enter: 2, leave: 1 } }] },
    'rules.custom.0.count.signal: is missing',
  ],
  [
    'a crossing of nothing',
    {
      custom: [
        {
          name: 'c',
          kind: 'count',
          count: { of: 'crossings', signal: 'x' },
          warning: { enter: 2, leave: 1 },
        },
      ],
    },
    'rules.custom.0.count.at: is missing',
  ],
  [
    'a change to no rule',
    { override: { 'data.stael': { off: true } } },
    'rules.override.data.stael: there is no default rule of this name; did you mean "data.stale"?',
  ],
  [
    'a change to a level that it has not',
    { override: { 'data.cold_stale': { critical: { enter: 900 } } } },
    'rules.override.data.cold_stale.critical: the rule has no such level; give it `enter` and `leave`',
  ],
  [
    'a change that leaves no level',
    { override: { 'data.cold_stale': { warning: null } } },
    'rules.override.data.cold_stale: no level is left; say `"off": true`',
  ],
  [
    'a change beyond the graver level',
    { override: { 'process.cpu': { warning: { enter: 0.9 } } } },
    'rules.override.process.cpu.critical: enter (0.85) must be above that of warning (0.9)',
  ],
])('%s is refused with one clear fault', (_what, rules, fault) => {
  const faults = faultsOf(rules);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(fault);
});

test('rules of jobs are changed as others are', () => {
  expect(
    faultsOf({ override: { 'jobs.hot.not_run': { for: '10s' }, 'jobs.escalated': { off: true } } }),
  ).toEqual([]);
});

test('what is shown of the rules says whose they are, what they look for and how they stand', () => {
  const settings = settingsOf({
    rules: { custom: [own], override: { 'process.cpu': { for: '5m' } } },
  });
  const rules = mine(built(settings), 'my.rule', 'process.cpu', 'host.disk');
  const { state } = judged(rules, 1, () => [
    { signal: 'x', value: 3 },
    { signal: 'process_cpu', value: 0.1 },
  ]);
  const list = createRuleView({
    clock: new FakeClock(),
    rules: () => rules,
    settings: () => settings,
    judgement: () => state,
    firstAction: (name) => (name === 'host.disk' ? 'tidy' : null),
  })();
  expect(ruleList.parse(list)).toEqual(list);
  expect(list.items.map(({ name, origin, verdict, reason }) => [name, origin, verdict, reason])).toEqual([
    ['process.cpu', 'changed', 'well', 'process_cpu is 10 %; the warning level begins at 70 %.'],
    ['host.disk', 'default', 'waiting', 'Nothing is known of disk_used yet.'],
    ['my.rule', 'custom', 'warning', 'x is 3, over the limit of 2.'],
  ]);
  expect(list.items.map(({ remedy }) => remedy)).toEqual([null, 'tidy', null]);
  expect(list.items[0]).toMatchObject({
    unit: 'ratio',
    levels: [{ level: 'warning', enter: 0.7, forMs: 300_000 }, { level: 'critical' }],
  });
});
