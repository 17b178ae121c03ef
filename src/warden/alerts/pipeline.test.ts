// Over 350 lines because the pipeline is one story, told from the first notice to the last.
import { describe, expect, test } from 'vitest';
import type { Alert } from './alert.ts';
import type { EscalationPolicy } from './settings.ts';
import { play, type Play } from './testing/play.ts';

const S = 1_000;
const MIN = 60 * S;
const H = 60 * MIN;

const times = ({ said }: Play): readonly number[] => said.map(({ at }) => at);
const why = (alert: Alert, stage: string): string | undefined =>
  alert.path.findLast((step) => step.stage === stage)?.why;

describe('the first notice', () => {
  test('waits for others of its kind, and tells all at once', () => {
    const scene = play();
    scene.report({ labels: { query: 'a' } });
    scene.pass(4 * S);
    scene.report({ labels: { query: 'b' }, severity: 'error' });
    scene.pass(5 * S);
    expect(scene.said).toEqual([]);
    scene.pass(1 * S);
    expect(scene.said).toMatchObject([
      { at: 10 * S, notice: { kind: 'firing', update: false, severity: 'error', total: 2, list: null } },
    ]);
    expect(scene.said[0]?.notice.alerts.map(({ severity }) => severity)).toEqual(['error', 'warning']);
    scene.pass(1 * H);
    expect(scene.said).toHaveLength(1);
  });

  test('of something critical comes within a second', () => {
    const scene = play();
    scene.report({ severity: 'critical' });
    scene.pass(1 * S);
    expect(times(scene)).toEqual([1 * S]);
  });

  test('takes along what waits for its own time, in the same message', () => {
    const scene = play();
    scene.report({ rule: 'tokens.rotation', component: 'tokens' });
    scene.pass(2 * S);
    scene.report({ severity: 'critical' });
    scene.pass(1 * S);
    expect(scene.said).toMatchObject([{ at: 3 * S, notice: { total: 2, severity: 'critical' } }]);
    scene.pass(10 * MIN);
    expect(scene.said).toHaveLength(1);
  });

  test('is not sent of what is over by then', () => {
    const scene = play();
    scene.report();
    scene.pass(5 * S);
    scene.end();
    scene.pass(10 * MIN);
    expect(scene.said).toEqual([]);
    expect(why(scene.alert(), 'dedup')).toBe('It ended before anybody was told.');
  });

  test('goes nowhere without a route, and says so', () => {
    const scene = play();
    scene.report({ severity: 'info' });
    scene.pass(1 * MIN);
    expect(scene.said).toEqual([]);
    expect(why(scene.alert(), 'route')).toBe('No route is for it; it shows on the page alone.');
  });
});

describe('the same again', () => {
  test('is the same alert, with a count, and no news', () => {
    const scene = play();
    scene.report();
    scene.pass(11 * S);
    for (let i = 0; i < 50; i++) {
      scene.report({ value: 1.4 + i / 100, summary: `The database is slow: ${i} ms.` });
      scene.pass(1 * S);
    }
    expect(scene.kinds()).toEqual(['firing']);
    expect(scene.alert()).toMatchObject({ count: 1, peak: 1.89 });
    expect(scene.all()).toHaveLength(1);
  });

  test('that gets graver is told as an update, in its thread', () => {
    const scene = play();
    scene.report();
    scene.pass(11 * S);
    scene.report({ severity: 'critical' });
    scene.pass(2 * S);
    const [first, second] = scene.said;
    expect(second?.notice).toMatchObject({ kind: 'firing', update: true, severity: 'critical' });
    expect(second?.notice.thread).toBe(first?.notice.thread);
    expect(why(scene.alert(), 'dedup')).toBe('It was warning when it was told, and is critical now.');
  });

  test('so soon after its end waits, and is told if it lasts', () => {
    const scene = play();
    scene.report();
    scene.pass(11 * S);
    scene.end();
    scene.pass(20 * S);
    expect(scene.kinds()).toEqual(['firing', 'resolved']);
    scene.report();
    scene.pass(2 * MIN);
    expect(scene.kinds()).toHaveLength(2);
    scene.pass(5 * MIN);
    expect(scene.kinds()).toEqual(['firing', 'resolved', 'firing']);
  });

  test('often within minutes is graver than it says', () => {
    const scene = play();
    for (let i = 0; i < 3; i++) {
      scene.report({ rule: 'jobs.hot.stalled', component: 'jobs' });
      scene.pass(2 * MIN);
      scene.end({ rule: 'jobs.hot.stalled' });
      scene.pass(1 * MIN);
    }
    expect(scene.said.map(({ notice }) => notice.severity)).toContain('error');
    expect(why(scene.alert({ rule: 'jobs.hot.stalled' }), 'raise')).toBe(
      'It began 3 times within 15 min, which makes it error.',
    );
  });
});

describe('the end', () => {
  test('is told once, in the thread of the first notice, with what healed it', () => {
    const scene = play();
    scene.report();
    scene.pass(3 * MIN);
    scene.end({}, 'Reconnect');
    scene.pass(1 * H);
    expect(scene.kinds()).toEqual(['firing', 'resolved']);
    const [first, last] = scene.said;
    expect(last?.at).toBe(3 * MIN + 10 * S);
    expect(last?.notice.thread).toBe(first?.notice.id);
    expect(last?.notice.alerts).toMatchObject([
      { healedBy: 'Reconnect', endedAt: expect.any(Number) as number },
    ]);
  });

  test('of one of several waits for the others, but not for ever', () => {
    const scene = play();
    scene.report({ labels: { q: 'a' } });
    scene.report({ labels: { q: 'b' } });
    scene.pass(11 * S);
    scene.end({ labels: { q: 'a' } });
    scene.pass(4 * MIN);
    expect(scene.kinds()).toEqual(['firing']);
    scene.pass(2 * MIN);
    expect(scene.kinds()).toEqual(['firing', 'resolved']);
    expect(scene.said[1]?.notice.total).toBe(1);
  });

  test('comes also after a restart, and of what is not reported again', () => {
    const scene = play();
    scene.report({ endsAt: Date.UTC(2026, 10, 24, 3, 5, 0) });
    scene.pass(11 * S);
    scene.restart();
    scene.pass(6 * MIN);
    expect(scene.kinds()).toEqual(['firing', 'resolved']);
    expect(why(scene.alert(), 'intake')).toBe('It was not reported again in time.');
  });

  test('of what was told is told also while it is silent', () => {
    const scene = play();
    scene.report();
    scene.pass(11 * S);
    scene.silence({});
    scene.end();
    scene.pass(1 * MIN);
    expect(scene.kinds()).toEqual(['firing', 'resolved']);
  });
});

describe('what comes and goes', () => {
  const flips = (scene: Play, severity: Alert['severity']): void => {
    for (let i = 0; i < 15; i++) {
      scene.report({ severity });
      scene.pass(2 * S);
      scene.end();
      scene.pass(2 * S);
    }
  };
  test.each(['warning', 'error', 'critical'] as const)(
    '30 flips a minute are two notices: %s',
    (severity) => {
      const scene = play();
      flips(scene, severity);
      scene.pass(2 * H);
      expect(scene.kinds()).toHaveLength(2);
      expect(scene.kinds()[1]).toBe('flapping-ended');
      expect(scene.said[1]?.notice).toMatchObject({ kind: 'flapping-ended', firing: false });
      expect((scene.said[1]?.notice as { flips: number }).flips).toBeGreaterThanOrEqual(29);
    },
  );

  test('is told as such where nobody had been told yet', () => {
    const scene = play({ groupWaitMs: 30 * S });
    flips(scene, 'warning');
    expect(scene.kinds()).toEqual(['flapping']);
    scene.report();
    scene.pass(6 * MIN);
    expect(scene.said.at(-1)?.notice).toMatchObject({ kind: 'flapping-ended', firing: true });
    scene.end();
    scene.pass(1 * MIN);
    expect(scene.kinds()).toEqual(['flapping', 'flapping-ended', 'resolved']);
  });

  test('goes on over a restart', () => {
    const scene = play();
    flips(scene, 'warning');
    scene.restart();
    scene.pass(2 * H);
    expect(scene.kinds()).toHaveLength(2);
  });
});

describe('silence', () => {
  test('holds what fits it until its end, and says so', () => {
    const scene = play();
    scene.silence({ match: { rule: 'store.*' }, why: 'the disk is being changed' });
    scene.report();
    scene.report({ rule: 'source.slow', component: 'source' });
    scene.pass(30 * MIN);
    expect(scene.said.map(({ notice }) => notice.alerts.map(({ rule }) => rule))).toEqual([['source.slow']]);
    expect(why(scene.alert(), 'mute')).toBe(
      'The silence of ann holds it until 2026-11-24 04:00 UTC: the disk is being changed.',
    );
    scene.pass(31 * MIN);
    expect(scene.said.at(-1)).toMatchObject({ notice: { kind: 'firing', alerts: [{ rule: 'store.slow' }] } });
  });

  test('with another limit lets through what is far beyond', () => {
    const scene = play();
    scene.silence({ kind: 'maintenance', adjust: 1.5 });
    scene.report({ value: 1.4, limit: 1 });
    scene.report({ rule: 'tokens.activation', value: 0.2, limit: 0.5, unit: 'ratio' });
    scene.pass(1 * MIN);
    expect(scene.said.map(({ notice }) => notice.alerts.map(({ rule }) => rule))).toEqual([
      ['tokens.activation'],
    ]);
    scene.report({ value: 1.6, limit: 1 });
    scene.pass(61 * MIN);
    expect(scene.said.map(({ notice }) => notice.alerts[0]?.rule)).toContain('store.slow');
  });

  test('that hides something critical says so once before it ends', () => {
    const scene = play();
    scene.silence({});
    scene.report({ severity: 'critical' });
    scene.pass(49 * MIN);
    expect(scene.said).toEqual([]);
    scene.pass(5 * MIN);
    expect(scene.said).toMatchObject([
      { at: 50 * MIN, notice: { kind: 'reminder', because: 'silence-ends' } },
    ]);
    scene.pass(5 * MIN);
    expect(scene.said).toHaveLength(1);
  });
});

describe('a root', () => {
  const explains = (cause: string, symptom: string): boolean =>
    cause === 'source.unreachable' && symptom === 'data.stale';

  test('is told, its symptom is not; that speaks when the root is gone and it is not', () => {
    const scene = play({}, { explains });
    scene.report({ rule: 'data.stale', component: 'data' });
    scene.report({ rule: 'source.unreachable', component: 'source', severity: 'critical' });
    scene.pass(10 * MIN);
    expect(scene.said).toHaveLength(1);
    expect(scene.said[0]?.notice.alerts.map(({ rule }) => rule)).toEqual(['source.unreachable']);
    expect(why(scene.alert({ rule: 'data.stale' }), 'inhibit')).toBe(
      'source.unreachable explains it, and is told instead.',
    );
    scene.end({ rule: 'source.unreachable' });
    scene.pass(59 * S);
    expect(scene.kinds()).toEqual(['firing', 'resolved']);
    scene.pass(1 * S);
    expect(scene.said.map(({ notice }) => [notice.kind, notice.alerts[0]?.rule])).toEqual([
      ['firing', 'source.unreachable'],
      ['resolved', 'source.unreachable'],
      ['firing', 'data.stale'],
    ]);
  });

  test('that ends together with its symptom leaves nothing to say of that', () => {
    const scene = play({}, { explains });
    scene.report({ rule: 'source.unreachable', component: 'source', severity: 'critical' });
    scene.report({ rule: 'data.stale', component: 'data' });
    scene.pass(10 * MIN);
    scene.end({ rule: 'source.unreachable' });
    scene.pass(3 * S);
    scene.end({ rule: 'data.stale' });
    scene.pass(1 * H);
    expect(scene.kinds()).toEqual(['firing', 'resolved']);
  });
});

describe('the cap', () => {
  test('lets ten through within an hour, then sums up once', () => {
    const scene = play();
    for (let i = 0; i < 30; i++) {
      scene.report({ rule: `rule.${i}` });
      scene.pass(1 * MIN);
    }
    expect(scene.kinds()).toEqual(Array.from({ length: 10 }, () => 'firing'));
    scene.pass(31 * MIN);
    expect(scene.kinds().slice(10)).toEqual(['summary']);
    const summary = scene.said.at(-1)?.notice;
    expect(summary?.total).toBe(20);
    expect(summary?.list).toHaveLength(20);
    expect(why(scene.alert({ rule: 'rule.29' }), 'cap')).toMatch(
      /^The summary t-\d+ to phone tells of it\.$/,
    );
  });

  test('does not hold back what is critical, and sends that slower when there is much of it', () => {
    const scene = play();
    for (let i = 0; i < 40; i++) {
      scene.report({ rule: `rule.${i}`, severity: 'critical' });
      scene.pass(5 * S);
    }
    scene.pass(2 * MIN);
    expect(
      new Set(scene.said.flatMap(({ notice }) => notice.alerts.map(({ rule }) => rule))).size,
    ).toBeGreaterThan(20);
    expect(scene.said.reduce((sum, { notice }) => sum + notice.total, 0)).toBe(40);
    expect(scene.said.length).toBeLessThanOrEqual(15);
  });
});

describe('what nobody takes on', () => {
  const escalations: readonly EscalationPolicy[] = [
    {
      match: { severity: 'critical' },
      steps: [
        { afterMs: 15 * MIN, channels: ['mail'], repeatMs: null },
        { afterMs: 30 * MIN, channels: ['boss'], repeatMs: 30 * MIN },
      ],
    },
  ];
  const stepsOf = ({ said }: Play) =>
    said.flatMap(({ at, channel, notice }) =>
      notice.kind === 'escalation' ? [[at / MIN, channel, notice.step]] : [],
    );

  test('climbs its policy on time, also across a restart', () => {
    const scene = play({ escalations });
    scene.report({ severity: 'critical' });
    scene.pass(10 * MIN);
    scene.restart();
    scene.pass(85 * MIN);
    const firstAt = (scene.said[0]?.at ?? 0) / MIN;
    expect(stepsOf(scene)).toEqual([
      [firstAt + 15, 'mail', 1],
      [firstAt + 30, 'boss', 2],
      [firstAt + 60, 'boss', 2],
      [firstAt + 90, 'boss', 2],
    ]);
  });

  test('rests while somebody has it in hand, and speaks again when that is over', () => {
    const scene = play({ escalations });
    scene.report({ severity: 'critical' });
    scene.pass(2 * S);
    const alert = scene.alert();
    const until = Date.UTC(2026, 10, 24, 7, 0, 0);
    scene.change({ ...alert, ack: { by: 'ann', at: alert.startedAt, until, why: null }, escalation: null });
    scene.pass(4 * H - 3 * S);
    expect(scene.kinds()).toEqual(['firing']);
    scene.restart();
    scene.pass(1 * MIN);
    expect(scene.said.at(-1)?.notice).toMatchObject({ kind: 'reminder', because: 'ack-expired' });
    scene.pass(16 * MIN);
    expect(stepsOf(scene)).toMatchObject([[expect.any(Number), 'mail', 1]]);
  });

  test('is said again after hours when it is grave', () => {
    const scene = play();
    scene.report({ severity: 'error' });
    scene.pass(9 * H);
    expect(scene.kinds()).toEqual(['firing', 'reminder', 'reminder']);
  });

  test('is not said again when it is only a warning', () => {
    const scene = play();
    scene.report();
    scene.pass(9 * H);
    expect(scene.kinds()).toEqual(['firing']);
  });
});

test('ten thousand at once are one notice, with all of them in its list', () => {
  const scene = play();
  scene.take(
    ...Array.from({ length: 10_000 }, (_, i) => ({
      kind: 'report' as const,
      report: { ...base, labels: { n: String(i) } },
    })),
  );
  scene.pass(1 * H);
  expect(scene.said).toMatchObject([{ at: 10 * S, notice: { total: 10_000, counts: { warning: 10_000 } } }]);
  expect(scene.said[0]?.notice.list).toHaveLength(10_000);
  expect(scene.said[0]?.notice.alerts).toHaveLength(10);
});

const base = plainReport();
function plainReport() {
  return {
    ...{
      rule: 'a.b',
      component: 'a',
      kind: 'a',
      severity: 'warning' as const,
      summary: 'Something is wrong.',
    },
    ...{
      value: null,
      limit: null,
      unit: '',
      startedAt: Date.UTC(2026, 10, 24, 3),
      endsAt: null,
      nextSteps: [],
      runbook: null,
    },
  };
}

test('what is over and known is forgotten after an hour', () => {
  const scene = play();
  scene.report();
  scene.pass(1 * MIN);
  scene.end();
  scene.pass(59 * MIN);
  expect(scene.all()).toHaveLength(1);
  scene.pass(2 * MIN);
  expect(scene.all()).toEqual([]);
  expect(scene.store.snapshot()).toMatchObject({ alerts: [] });
});
