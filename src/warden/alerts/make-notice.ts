import { conditionId } from '../detection/index.ts';
import type { Alert } from './alert.ts';
import type { PipelineContext } from './context.ts';
import type { Notice, NoticeAlert } from './notice.ts';
import { severityRank, worstOf } from './severity.ts';

/** So many alerts of a notice are told of in full; the others are lines of its list. */
const IN_FULL = 10;

/** What each kind of notice has beside what all have. */
export type NoticeWhat = Notice extends infer One
  ? One extends Notice
    ? Omit<One, 'id' | 'at' | 'severity' | 'thread' | 'alerts' | 'total' | 'counts' | 'list'>
    : never
  : never;

/** Puts what is to be told into a notice: the worst first, and of those the ones that are there the longest. Pure. */
export function makeNotice(
  id: string,
  thread: string | null,
  what: NoticeWhat,
  alerts: readonly Alert[],
  { now, incidentOf }: Pick<PipelineContext, 'now' | 'incidentOf'>,
): Notice {
  const sorted = alerts.toSorted(
    (a, b) =>
      severityRank(b.severity) - severityRank(a.severity) ||
      a.startedAt - b.startedAt ||
      (a.key < b.key ? -1 : 1),
  );
  const counts = { info: 0, warning: 0, error: 0, critical: 0 };
  for (const { severity } of alerts) counts[severity] += 1;
  return {
    ...what,
    id,
    at: now,
    severity: worstOf(alerts.map(({ severity }) => severity)),
    thread,
    alerts: sorted.slice(0, IN_FULL).map((alert) => told(alert, incidentOf(alert))),
    total: alerts.length,
    counts,
    list: sorted.length > IN_FULL ? sorted.map(lineOf) : null,
  };
}

/** An alert as a notice tells of it. Pure. */
function told(alert: Alert, incident: string | null): NoticeAlert {
  const { id, rule, labels, component, kind, severity, summary, value, limit, peak, unit, startedAt } = alert;
  const { endedAt, count, cause, tried, next, nextSteps, healedBy, runbook } = alert;
  return {
    ...{ id, rule, labels, component, kind, severity, summary, value, limit, peak, unit, startedAt },
    ...{ endedAt, count, cause, tried, next, nextSteps, healedBy, runbook, incident },
  };
}

const lineOf = ({ id, rule, labels, severity, summary, endedAt }: Alert): string =>
  `${endedAt === null ? severity : 'over'}\t${id}\t${conditionId({ rule, labels })}\t${summary}`;
