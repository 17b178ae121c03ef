import { describe, expect, test } from 'vitest';
import { judge, noJudgement, type Judgement, type Rule, type Sample } from '../detection/index.ts';
import { componentTree, optionalComponents, type Component } from './tree.ts';

const rule = (name: string, signal: string, over: Partial<Rule> = {}): Rule =>
  ({
    kind: 'threshold',
    name,
    signal,
    unit: '',
    warning: { enter: 1, leave: 0.5 },
    critical: { enter: 10, leave: 5 },
    forMs: 0,
    keepForMs: 0,
    essential: false,
    describe: (value: number) => `${name} is at ${value}.`,
    nextSteps: [],
    ...over,
  }) as Rule;

const RULES: readonly Rule[] = [
  rule('source.away', 'away', { essential: true }),
  rule('source.slow', 'slow'),
  rule('feed.silent', 'silent', { component: 'feeds' }),
  rule('jobs.hot.late', 'late', { labels: { group: 'hot' } }),
  rule('jobs.cold.late', 'late', { labels: { group: 'cold' } }),
  rule('mine.odd', 'odd'),
];
const COMPONENTS: readonly Component[] = [
  { name: 'outside', title: 'Dependencies' },
  { name: 'source', title: 'The source', parent: 'outside' },
  { name: 'feeds', title: 'Feeds', parent: 'outside', essential: false },
  { name: 'jobs', title: 'Jobs' },
];
const WELL = { away: 0, slow: 0, silent: 0, hot: 0, cold: 0, odd: 0 };

/** The tree after samples of as many seconds, by name: status and reason. */
function treeOf(...seconds: readonly Readonly<Record<string, number | null>>[]): Record<string, string> {
  let judgement: Judgement = noJudgement;
  seconds.forEach((values, second) => {
    const samples: Sample[] = Object.entries({ ...WELL, ...values }).flatMap(([name, value]): Sample[] =>
      name === 'hot' || name === 'cold'
        ? [{ signal: 'late', labels: { group: name }, value }]
        : name === 'silent'
          ? [{ signal: name, labels: { feed: 'a' }, value }]
          : [{ signal: name, value }],
    );
    const now = { wallMs: 1_000 * second, monotonicMs: 1_000 * second };
    ({ judgement } = judge(judgement, samples, RULES, now, { turnMs: 1_000 }));
  });
  return Object.fromEntries(
    componentTree('All', COMPONENTS, RULES, judgement).map(({ name, status, reason }) => [
      name,
      `${status}: ${reason}`,
    ]),
  );
}

test('lists what is declared in its order, then what rules name, each before its parts', () => {
  expect(Object.keys(treeOf({}))).toEqual([
    'service',
    'outside',
    'source',
    'feeds',
    'feeds/a',
    'jobs',
    'jobs/hot',
    'jobs/cold',
    'mine',
  ]);
});

test('says of what is well how many rules or parts say so', () => {
  expect(treeOf({})).toMatchObject({
    service: 'healthy: All 3 parts are well.',
    outside: 'healthy: Both parts are well.',
    source: 'healthy: None of its 2 rules finds anything wrong.',
    feeds: 'healthy: Its one part is well.',
    'jobs/hot': 'healthy: Its one rule finds nothing wrong.',
  });
});

describe('what is wrong', () => {
  test.each<[string, Record<string, number>, Record<string, string>]>([
    [
      'with a part is wrong with the whole, and only there',
      { hot: 3 },
      {
        service: 'degraded: Jobs: hot: jobs.hot.late is at 3.',
        jobs: 'degraded: hot: jobs.hot.late is at 3.',
        'jobs/hot': 'degraded: jobs.hot.late is at 3.',
        'jobs/cold': 'healthy: Its one rule finds nothing wrong.',
        outside: 'healthy: Both parts are well.',
      },
    ],
    [
      'and is worst comes first, with how much else is wrong',
      { away: 2, slow: 20, cold: 2 },
      {
        service: 'critical: Dependencies: The source: source.slow is at 20. (and 2 more)',
        source: 'critical: source.slow is at 20. (and 1 more)',
      },
    ],
    [
      'with what is not essential makes the whole degraded at most',
      { silent: 50 },
      {
        service: 'degraded: Dependencies: Feeds: a: feed.silent is at 50.',
        outside: 'degraded: Feeds: a: feed.silent is at 50.',
        feeds: 'critical: a: feed.silent is at 50.',
      },
    ],
    ['with what nobody declared counts', { odd: 10 }, { service: 'critical: mine: mine.odd is at 10.' }],
  ])('%s', (_, values, expected) => {
    expect(treeOf({}, values)).toMatchObject(expected);
  });

  test('has a beginning and a number, for the whole, too', () => {
    let judgement: Judgement = noJudgement;
    for (const second of [1, 2, 3]) {
      const samples = [
        { signal: 'slow', value: second > 1 ? 2 : 0 },
        { signal: 'away', value: second > 2 ? 2 : 0 },
      ];
      const now = { wallMs: 1_000 * second, monotonicMs: 1_000 * second };
      ({ judgement } = judge(judgement, samples, RULES, now, { turnMs: 1_000 }));
    }
    const [service, , source] = componentTree('All', COMPONENTS, RULES, judgement);
    expect(source).toMatchObject({ since: 2_000, conditions: 2 });
    expect(service).toMatchObject({ title: 'All', parent: null, since: 2_000, conditions: 2 });
  });
});

describe('what is not known', () => {
  test('of an essential rule is unknown, and no more of one that is not', () => {
    expect(treeOf({ away: null, odd: null })).toMatchObject({
      source: 'unknown: away has not been known for 0 s.',
      service: 'unknown: Dependencies: The source: away has not been known for 0 s.',
      mine: 'unknown: Nothing is known of odd yet.',
    });
  });

  test('is said of no component while something is known to be wrong with it', () => {
    expect(treeOf({ away: null, slow: 10 })).toMatchObject({ source: 'critical: source.slow is at 10.' });
  });

  test('a component without a rule says so', () => {
    const [, empty] = componentTree('All', [{ name: 'x' }], [], noJudgement);
    expect(empty).toEqual({
      name: 'x',
      title: 'x',
      parent: 'service',
      essential: true,
      status: 'healthy',
      reason: 'No rule watches it.',
      since: null,
      conditions: 0,
    });
  });
});

test('parts of what is not essential are not essential', () => {
  const components = [
    ...COMPONENTS,
    { name: 'feeds/a', parent: 'feeds' },
    { name: 'deep', parent: 'feeds/a' },
    { name: 'other', parent: 'nobody' },
  ];
  expect([...optionalComponents(components)]).toEqual(['feeds', 'feeds/a', 'deep']);
});
