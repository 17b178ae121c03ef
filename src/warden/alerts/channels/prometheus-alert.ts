import { createHash } from 'node:crypto';
import type { Message } from '../message.ts';
import type { Notice, NoticeAlert } from '../notice.ts';

/** Labels of an alert as Prometheus and Alertmanager have them. */
export type PrometheusLabels = Readonly<Record<string, string>>;

/** An alert as Prometheus and Alertmanager have it. Times are wall clock, in ms. */
export interface PrometheusAlert {
  readonly labels: PrometheusLabels;
  readonly annotations: PrometheusLabels;
  readonly startsAt: number;
  /** Null while it is there. */
  readonly endsAt: number | null;
}

/** The alerts of a notice, or the notice itself as one, where it is not about alerts. Pure. */
export function prometheusAlerts(
  notice: Notice,
  message: Message,
  source: string,
  max: number,
): readonly PrometheusAlert[] {
  if (notice.alerts.length > 0)
    return notice.alerts.slice(0, max).map((alert) => alertOf(alert, message, source));
  return [
    {
      labels: labelsOf({ alertname: `moonwarden.${notice.kind}`, severity: notice.severity, source }, {}),
      annotations: annotationsOf({ summary: message.title, description: message.text.join('\n') }),
      startsAt: notice.at,
      endsAt: null,
    },
  ];
}

function alertOf(alert: NoticeAlert, message: Message, source: string): PrometheusAlert {
  const {
    rule,
    severity,
    component,
    kind,
    labels,
    summary,
    cause,
    tried,
    next,
    nextSteps,
    startedAt,
    endedAt,
  } = alert;
  const own = { alertname: rule, severity, component, kind, source };
  return {
    labels: labelsOf(own, labels),
    annotations: annotationsOf({
      summary,
      cause,
      tried: tried.join('\n'),
      next,
      next_steps: nextSteps.join('\n'),
      healed_by: alert.healedBy,
      runbook: runbookOf(alert, message),
    }),
    startsAt: startedAt,
    endsAt: endedAt,
  };
}

/** The whole address where the message has one. */
function runbookOf({ runbook }: NoticeAlert, { links }: Message): string | null {
  if (runbook === null) return null;
  return (
    links.find(({ url }) => url === runbook || url.endsWith(`/${runbook.replace(/^\/+/, '')}`))?.url ??
    runbook
  );
}

const MAX_ANNOTATION = 4_000;

const annotationsOf = (all: Readonly<Record<string, string | null>>): PrometheusLabels =>
  Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) =>
      value === null || value === '' ? [] : [[name, whole(value).slice(0, MAX_ANNOTATION)]],
    ),
  );

/** An empty label is none, and a name is made of letters, digits and underscores. What is ours keeps its name. */
function labelsOf(own: PrometheusLabels, others: PrometheusLabels): PrometheusLabels {
  const labels = new Map<string, string>();
  for (const [name, value] of Object.entries(own)) if (value !== '') labels.set(name, whole(value));
  for (const [name, value] of Object.entries(others)) {
    if (value === '') continue;
    const valid = name.replaceAll(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d|$)/, '_');
    // Those that begin with two are kept for Alertmanager itself.
    let free = valid.startsWith('__') ? `label${valid}` : valid;
    while (labels.has(free)) free = `label_${free}`;
    labels.set(free, whole(value));
  }
  return Object.fromEntries(labels);
}

/** Whole Unicode: the receivers are written in Go and refuse anything else. */
const whole = (text: string): string => text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');

/** The same for the same labels: 16 hexadecimal digits. */
export function fingerprintOf(labels: PrometheusLabels): string {
  const sorted = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}

/** Where the dashboard is; empty where that is not known. */
export const dashboardOf = ({ links }: Message): string =>
  links.find(({ label }) => label === 'Dashboard')?.url ?? '';

/** A wall-clock time in ISO 8601; null where there is none. */
export const isoTime = (at: number | null): string | null =>
  at === null || !Number.isFinite(at) || Math.abs(at) > 8.64e15 ? null : new Date(at).toISOString();
