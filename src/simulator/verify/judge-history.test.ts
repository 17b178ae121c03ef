import { describe, expect, it } from 'vitest';
import type { TokenStatus } from '../../contract/index.ts';
import { clip, type Span } from '../market/spans.ts';
import type { Timeline } from '../market/timeline.ts';
import { judgeHistory, type LifeRules, type StatusSpan } from './judge-history.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const END = 48 * HOUR;

const RULES: LifeRules = {
  minScore: 0.1,
  demoteAfterMs: MINUTE,
  archiveAfterMs: 12 * HOUR,
  returnTrades: 300,
  held: { monitoring: [], active: [], archived: [] },
  allowedMs: {
    activation: 5 * MINUTE,
    demotion: 10 * MINUTE,
    archival: 30 * MINUTE,
    timeout: 20 * MINUTE,
    return: 60 * MINUTE,
  },
};

/** Spans in hours. */
const hours = (...pairs: readonly (readonly [number, number])[]): Span[] =>
  pairs.map(([from, to]) => ({ fromMs: from * HOUR, toMs: to * HOUR }));

interface Truth {
  readonly eligible?: Span[];
  readonly scored?: Span[];
  readonly busy?: Span[];
}
const timelineOf = ({ eligible = [], scored = [], busy = [] }: Truth): Timeline => ({
  bornAtMs: 0,
  eligible: (fromMs, toMs) => clip(eligible, fromMs, toMs),
  scoreAtLeast: (_, fromMs, toMs) => clip(scored, fromMs, toMs),
  busy: (_, fromMs, toMs) => clip(busy, fromMs, toMs),
});

/** A history from statuses with the hour at which each began. */
function historyOf(...steps: readonly (readonly [TokenStatus, number])[]): StatusSpan[] {
  return steps.map(([status, from], index) => {
    const next = steps[index + 1];
    return {
      status,
      fromMs: from * HOUR,
      toMs: next === undefined ? END : next[1] * HOUR,
      next: next === undefined ? undefined : { to: next[0], reason: 'because' },
    };
  });
}

const ALWAYS = hours([0, 48]);
const judge = (truth: Truth, history: StatusSpan[], rules = RULES): string[] =>
  judgeHistory(history, timelineOf(truth), rules).disagreements.map(({ kind }) => kind);

describe('the history of a token', () => {
  it.each<[string, Truth, StatusSpan[], string[]]>([
    [
      'eligible and activated in time',
      { eligible: ALWAYS, scored: ALWAYS },
      historyOf(['monitoring', 0], ['active', 0.05]),
      [],
    ],
    [
      'eligible and never activated',
      { eligible: hours([1, 3]) },
      historyOf(['monitoring', 0], ['archived', 12]),
      ['activation'],
    ],
    [
      'eligible for a moment and left alone',
      { eligible: hours([1, 1.05]) },
      historyOf(['monitoring', 0], ['archived', 12]),
      [],
    ],
    [
      'activated without being eligible',
      { scored: ALWAYS },
      historyOf(['monitoring', 0], ['active', 1], ['monitoring', 1.1], ['archived', 13.1]),
      ['unexplained'],
    ],
    [
      'not eligible any more and demoted',
      { eligible: hours([0, 5]), scored: ALWAYS },
      historyOf(['monitoring', 0], ['active', 0.01], ['monitoring', 5.1], ['archived', 17.1]),
      [],
    ],
    [
      'not eligible any more and still active',
      { eligible: hours([0, 5]), scored: ALWAYS },
      historyOf(['monitoring', 0], ['active', 0.01]),
      ['demotion'],
    ],
    [
      'demoted while eligible',
      { eligible: ALWAYS, scored: ALWAYS },
      historyOf(['monitoring', 0], ['active', 0.01], ['monitoring', 5], ['active', 5.02]),
      ['unexplained'],
    ],
    [
      'without the condition for 30 s and left alone',
      { eligible: hours([0, 5], [5.008, 48]), scored: ALWAYS },
      historyOf(['monitoring', 0], ['active', 0.01]),
      [],
    ],
    [
      'low for twelve hours and archived',
      { eligible: ALWAYS, scored: hours([0, 6]) },
      historyOf(['monitoring', 0], ['active', 0.01], ['archived', 18.2]),
      [],
    ],
    [
      'low for longer and still active',
      { eligible: ALWAYS, scored: hours([0, 6]) },
      historyOf(['monitoring', 0], ['active', 0.01]),
      ['archival'],
    ],
    [
      'archived with a good score',
      { eligible: ALWAYS, scored: hours([0, 12]) },
      historyOf(['monitoring', 0], ['active', 0.01], ['archived', 18]),
      ['unexplained'],
    ],
    ['in monitoring for too long', {}, historyOf(['monitoring', 0]), ['timeout']],
    ['archived too late', {}, historyOf(['monitoring', 0], ['archived', 13]), ['timeout']],
    ['archived before its time', {}, historyOf(['monitoring', 0], ['archived', 11.9]), ['unexplained']],
    [
      'busy and back',
      { busy: hours([20, 24]) },
      historyOf(['monitoring', 0], ['archived', 12], ['monitoring', 20.5], ['archived', 32.5]),
      [],
    ],
    [
      'busy and still archived',
      { busy: hours([20, 24]) },
      historyOf(['monitoring', 0], ['archived', 12]),
      ['return'],
    ],
    [
      'back without being busy',
      {},
      historyOf(['monitoring', 0], ['archived', 12], ['monitoring', 20], ['archived', 32]),
      ['unexplained'],
    ],
    [
      'active out of the archive',
      { eligible: ALWAYS, scored: ALWAYS, busy: hours([20, 20.1]) },
      historyOf(['archived', 0], ['active', 20]),
      ['unexplained'],
    ],
  ])('%s', (_, truth, history, expected) => {
    expect(judge(truth, history)).toEqual(expected);
  });

  it('does not count the time in which a transition was held, and only for worse', () => {
    const held = { ...RULES, held: { ...RULES.held, monitoring: hours([12, 13]) } };
    expect(judge({}, historyOf(['monitoring', 0], ['archived', 13.1]), held)).toEqual([]);
    expect(judge({}, historyOf(['monitoring', 0], ['archived', 13.6]), held)).toEqual(['timeout']);
    const [first] = judgeHistory(
      historyOf(['monitoring', 0], ['archived', 13.1]),
      timelineOf({}),
      held,
    ).followed;
    expect(first?.delayMs).toBeCloseTo(0.1 * HOUR, 3);
    const always = { ...RULES, held: { ...RULES.held, monitoring: ALWAYS } };
    expect(
      judge({ eligible: hours([1, 3]) }, historyOf(['monitoring', 0], ['archived', 12]), always),
    ).toEqual(['activation']);
  });

  it('measures each delay from when the transition was due', () => {
    const { followed } = judgeHistory(
      historyOf(['monitoring', 0], ['active', 1.05], ['monitoring', 5.1], ['archived', 17.2]),
      timelineOf({ eligible: hours([1, 5]), scored: ALWAYS }),
      RULES,
    );
    expect(followed.map(({ kind, delayMs }) => [kind, Math.round(delayMs / MINUTE)])).toEqual([
      ['activation', 3],
      ['demotion', 5],
      ['timeout', 6],
    ]);
  });
});
