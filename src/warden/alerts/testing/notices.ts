import type { Notice, NoticeAlert } from '../notice.ts';
import { SEVERITIES, worstOf, type Severity } from '../severity.ts';

/** Tuesday, 3 March 2026, 03:12 in Berlin. */
export const AT = Date.UTC(2026, 2, 3, 2, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** An alert about memory, with what is given instead. */
export const alertOf = (changes: Partial<NoticeAlert> = {}): NoticeAlert => ({
  id: 'a1b2c3d4',
  rule: 'process.memory',
  labels: {},
  component: 'process',
  kind: 'memory',
  severity: 'critical',
  summary: 'The process holds 92 % of the memory that it may use, over the limit of 90 %.',
  value: 0.92,
  limit: 0.9,
  peak: 0.95,
  unit: 'ratio',
  startedAt: AT - 12 * MINUTE,
  endedAt: null,
  count: 1,
  cause: 'The cache of tokens grew by 310 MB in the last hour',
  tried: [
    '03:02 collect-garbage: 40 MB came free, not enough.',
    '03:07 shrink-caches: 120 MB came free, not enough.',
  ],
  next: 'The process is restarted at 03:15 if it is still over 90 %.',
  nextSteps: [
    'Run `moonwarden signals show process_rss_bytes --last 24h`: does it grow, or is it a level?',
    'If it is a level, give the container more memory.',
    'If it grows without end, restart the service and keep the newest folder in `incidents`.',
    'Report it.',
  ],
  healedBy: null,
  incident: 'inc-7f3a',
  runbook: 'docs/runbooks/process.memory.md',
  ...changes,
});

type Kinds = Notice extends infer One ? (One extends Notice ? Omit<One, keyof Base> : never) : never;
type Base = Pick<Notice, 'id' | 'at' | 'severity' | 'thread' | 'alerts' | 'total' | 'counts' | 'list'>;

/** A notice about some alerts, with what is given instead. */
export function noticeOf(
  kind: Kinds,
  alerts: readonly NoticeAlert[] = [alertOf()],
  changes: Partial<Base> = {},
): Notice {
  const countOf = (severity: Severity): number => alerts.filter((one) => one.severity === severity).length;
  const counts = Object.fromEntries(SEVERITIES.map((one) => [one, countOf(one)]));
  return {
    id: 'n-0001',
    at: AT,
    severity: worstOf(alerts.map(({ severity }) => severity)),
    thread: 'process/process.memory',
    alerts,
    total: alerts.length,
    counts: counts as Record<Severity, number>,
    list: null,
    ...changes,
    ...kind,
  };
}

/** So many alerts as one notice tells of them: the first in full, all of them a line each. */
export function manyOf(
  total: number,
  text = 'Token {n} has not been read for 4 min, over the limit of 2 min.',
): Notice {
  const alerts = Array.from({ length: total }, (_, n) =>
    alertOf({
      id: `id${String(n).padStart(6, '0')}`,
      rule: 'data.stale',
      kind: 'stalled processing',
      component: 'tokens',
      labels: { token: `T${n}` },
      severity: n === 0 ? 'critical' : n < 40 ? 'error' : 'warning',
      summary: text.replace('{n}', String(n)),
      value: 240,
      limit: 120,
      peak: 240,
      unit: 's',
      startedAt: AT - (n + 1) * 1_000,
      cause: 'The source answers slowly',
      tried: [],
      next: null,
      nextSteps: ['Run `moonwarden dependencies`: does the source answer?'],
      runbook: 'docs/runbooks/data.stale.md',
    }),
  );
  return noticeOf({ kind: 'firing', update: false }, alerts, {
    thread: 'tokens/data.stale',
    alerts: alerts.slice(0, 10),
    list: alerts.map(({ id, severity, rule, summary }) => `${severity} ${id} ${rule}: ${summary}`),
  });
}

const over = (alert: NoticeAlert, healedBy: string | null): NoticeAlert => ({
  ...alert,
  endedAt: AT,
  value: 0.61,
  healedBy,
  tried: [...alert.tried, '03:10 restart-process: the memory fell to 61 %.'],
  next: null,
  nextSteps: [],
});

const stalled = alertOf({
  id: 'b2c3d4e5',
  rule: 'pipeline.stalled',
  component: 'pipeline',
  kind: 'stalled processing',
  severity: 'critical',
  summary: 'No token has been processed for 5 min although 212 are due.',
  value: 312,
  limit: 300,
  peak: 312,
  unit: 's',
  startedAt: AT - 12_000,
  cause: 'Eight reads of the source hang',
  tried: [],
  next: 'All reads begin anew (restart-pipeline) within 10 s.',
  nextSteps: ['Run `moonwarden recover`: was it tried, and did it help?'],
  incident: null,
  runbook: 'docs/runbooks/pipeline.stalled.md',
});
const breaker = alertOf({
  id: 'c3d4e5f6',
  rule: 'source.held',
  component: 'source',
  kind: 'breaker state',
  severity: 'warning',
  labels: { source: 'dexscreener' },
  summary: 'The breaker of dexscreener is open: calls have been held back for 20 s.',
  value: 20,
  limit: 15,
  peak: 20,
  unit: 's',
  startedAt: AT - 20_000,
  count: 4,
  cause: 'Eleven of the last 20 calls failed with status 503',
  tried: ['03:11 reconnect: the source answered 503 again.'],
  next: 'One call tries the source at 03:12:30; calls flow again when it succeeds.',
  nextSteps: ['Wait; tokens are scored from what is stored.', 'Look at the status page of the source.'],
  incident: null,
  runbook: 'docs/runbooks/source.held.md',
});
const slow = alertOf({
  id: 'd4e5f607',
  rule: 'pipeline.backlog',
  component: 'pipeline',
  kind: 'performance',
  severity: 'error',
  summary: 'More tokens are due than can be read: 118 tokens wait, over the limit of 100.',
  value: 118,
  limit: 100,
  peak: 131,
  unit: 'tokens',
  startedAt: AT - 3 * HOUR,
  cause: 'The source answers in 1.9 s instead of 0.4 s',
  tried: [],
  next: 'Cold tokens are read half as often until it is over.',
  nextSteps: [],
  incident: null,
  runbook: 'https://wiki.example.com/backlog',
});
const activation = alertOf({
  id: 'e5f60718',
  rule: 'tokens.activation',
  component: 'tokens',
  kind: 'activation',
  severity: 'warning',
  summary: 'Only 41 % of the tokens that were ready have been activated, under the limit of 50 %.',
  value: 0.41,
  limit: 0.5,
  peak: 0.38,
  unit: 'ratio',
  startedAt: AT - 26 * HOUR,
  cause: null,
  tried: [],
  next: null,
  nextSteps: ['Run `moonwarden tokens list --status ready`: what do they wait for?'],
  incident: null,
  runbook: 'docs/runbooks/tokens.activation.md',
});
const recovery = alertOf({
  id: 'f6071829',
  rule: 'jobs.escalated',
  component: 'jobs',
  kind: 'recovery',
  severity: 'critical',
  summary: 'A person is needed: restarting the jobs has not helped 3 times.',
  value: null,
  limit: null,
  peak: null,
  unit: '',
  startedAt: AT - 4 * MINUTE,
  cause: 'The database does not take changes',
  tried: [
    '03:08 restart-jobs-hot: no effect.',
    '03:09 restart-jobs-hot: no effect.',
    '03:11 restart-service: refused, the budget of the hour is spent.',
  ],
  next: 'The service does nothing more by itself.',
  nextSteps: ['Run `df -h`: is the disk of the data folder full?', 'Restart the service.'],
  runbook: 'docs/runbooks/jobs.escalated.md',
});
const several = [stalled, slow, breaker];
const fire = { kind: 'firing', update: false } as const;

/** Each kind of notice and each kind of alert, by the name of its golden file. */
export const CASES: Readonly<Record<string, Notice>> = {
  memory: noticeOf(fire),
  'stalled-processing': noticeOf(fire, [stalled], { thread: 'pipeline/pipeline.stalled' }),
  'breaker-state': noticeOf(fire, [breaker], { thread: 'source/source.held' }),
  performance: noticeOf(fire, [slow], { thread: 'pipeline/pipeline.backlog' }),
  activation: noticeOf(fire, [activation], { thread: 'tokens/tokens.activation' }),
  recovery: noticeOf(fire, [recovery], { thread: 'jobs/jobs.escalated' }),
  'firing-several': noticeOf(fire, several, { thread: 'pipeline' }),
  'firing-10000': manyOf(10_000),
  'firing-update': noticeOf({ kind: 'firing', update: true }, [...several, activation], {
    thread: 'pipeline',
  }),
  resolved: noticeOf({ kind: 'resolved' }, [over(alertOf(), 'restart-process')]),
  'resolved-by-itself': noticeOf({ kind: 'resolved' }, [
    { ...breaker, endedAt: AT, tried: [], next: null, nextSteps: [] },
  ]),
  'resolved-several': noticeOf({ kind: 'resolved' }, [
    over(alertOf(), 'restart-process'),
    { ...breaker, endedAt: AT, next: null },
  ]),
  flapping: noticeOf({ kind: 'flapping', flips: 30, withinMs: MINUTE }, [breaker]),
  'flapping-ended': noticeOf({ kind: 'flapping-ended', flips: 64, forMs: 8 * MINUTE, firing: false }, [
    { ...breaker, endedAt: AT },
  ]),
  'flapping-ended-firing': noticeOf({ kind: 'flapping-ended', flips: 64, forMs: 8 * MINUTE, firing: true }, [
    breaker,
  ]),
  escalation: noticeOf({ kind: 'escalation', step: 2, unseenMs: 15 * MINUTE }),
  'reminder-still-firing': noticeOf({
    kind: 'reminder',
    because: 'still-firing',
    why: 'It was told 4 h ago and has not ended',
  }),
  'reminder-ack-expired': noticeOf({
    kind: 'reminder',
    because: 'ack-expired',
    why: 'Ada took it on 4 h ago, and it is still there',
  }),
  'reminder-silence-ends': noticeOf({
    kind: 'reminder',
    because: 'silence-ends',
    why: 'The silence "night work" of Ada hides it and ends at 04:00',
  }),
  summary: noticeOf({ kind: 'summary', limit: 10, sinceAt: AT - 25 * MINUTE }, [...several, activation]),
  'daily-report': noticeOf(
    {
      kind: 'report',
      report: {
        title: 'Daily report',
        from: AT - 24 * HOUR,
        to: AT,
        sentence: 'A quiet day: 3 alerts, all of them over.',
        sections: [
          {
            title: 'Service',
            facts: [
              ['Uptime', '99.98 %'],
              ['Freshness of hot tokens', '12 s'],
              ['Tokens processed', '1,204,332'],
            ],
            lines: [],
          },
          {
            title: 'Alerts',
            facts: [['In all', '3']],
            lines: ['process.memory: 12 min, healed by restart-process.'],
          },
          {
            title: 'Advice',
            facts: [],
            lines: ['source.slow: at 1.4 s it would have fired 3 times instead of 41.'],
          },
        ],
      },
    },
    [],
    { thread: null },
  ),
  test: noticeOf({ kind: 'test', by: 'Ada' }, [], { thread: null }),
};
