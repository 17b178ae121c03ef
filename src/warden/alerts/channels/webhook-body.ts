import type { Message } from '../message.ts';
import type { Notice, NoticeAlert } from '../notice.ts';
import { plainText } from '../plain-text.ts';
import {
  dashboardOf,
  fingerprintOf,
  isoTime,
  prometheusAlerts,
  type PrometheusLabels,
} from './prometheus-alert.ts';

const MAX_ALERTS = 100;
/** A longer list is left out: receivers refuse bodies of several MB. */
const MAX_LIST = 2_000_000;

/** How a notice stands: something is there, it is over, or it is neither. */
function statusOf({ kind, alerts }: Notice): 'firing' | 'resolved' | 'info' {
  if (alerts.length === 0) return 'info';
  if (kind === 'report') return 'info';
  return alerts.some(({ endedAt }) => endedAt === null) ? 'firing' : 'resolved';
}

const genericAlert = (alert: NoticeAlert) => ({
  ...alert,
  status: alert.endedAt === null ? 'firing' : 'resolved',
  startedAt: isoTime(alert.startedAt),
  endedAt: isoTime(alert.endedAt),
});

/** What only some kinds of notices have. */
function detailsOf(notice: Notice): Readonly<Record<string, unknown>> {
  switch (notice.kind) {
    case 'firing':
      return { update: notice.update };
    case 'flapping':
      return { flips: notice.flips, withinMs: notice.withinMs };
    case 'flapping-ended':
      return { flips: notice.flips, forMs: notice.forMs, firing: notice.firing };
    case 'escalation':
      return { step: notice.step, unseenMs: notice.unseenMs };
    case 'reminder':
      return { because: notice.because, why: notice.why };
    case 'summary':
      return { limit: notice.limit, since: isoTime(notice.sinceAt) };
    case 'report':
      return { ...notice.report, from: isoTime(notice.report.from), to: isoTime(notice.report.to) };
    case 'test':
      return { by: notice.by };
    case 'resolved':
      return {};
  }
}

/** The body of format `generic`; {@link webhook} documents it. Pure. */
export function genericBody(notice: Notice, message: Message, source: string): string {
  const alerts = notice.alerts.slice(0, MAX_ALERTS);
  const list = message.attachment?.text ?? null;
  return JSON.stringify({
    version: '1',
    id: notice.id,
    kind: notice.kind,
    severity: notice.severity,
    status: statusOf(notice),
    source,
    at: isoTime(notice.at),
    thread: notice.thread,
    title: message.title,
    text: plainText({ ...message, attachment: null }),
    total: notice.total,
    counts: notice.counts,
    alerts: alerts.map(genericAlert),
    truncatedAlerts: Math.max(0, notice.total - alerts.length),
    list: list !== null && list.length <= MAX_LIST ? list.trimEnd().split('\n') : null,
    details: detailsOf(notice),
    links: message.links,
  });
}

/** What Alertmanager writes for an end that is not known. */
const NO_TIME = '0001-01-01T00:00:00Z';

/** The body of format `alertmanager`: version 4 of Alertmanager's webhook. Pure. */
export function alertmanagerBody(notice: Notice, message: Message, source: string, receiver: string): string {
  const alerts = prometheusAlerts(notice, message, source, MAX_ALERTS);
  const generatorURL = dashboardOf(message);
  const groupLabels = { source };
  return JSON.stringify({
    version: '4',
    groupKey: `{}:{thread=${JSON.stringify(notice.thread ?? notice.id)}}`,
    truncatedAlerts: Math.max(0, notice.total - alerts.length),
    status: alerts.some(({ endsAt }) => endsAt === null) ? 'firing' : 'resolved',
    receiver,
    groupLabels,
    commonLabels: commonOf(alerts.map(({ labels }) => labels)),
    commonAnnotations: commonOf(alerts.map(({ annotations }) => annotations)),
    externalURL: generatorURL,
    alerts: alerts.map(({ labels, annotations, startsAt, endsAt }) => ({
      status: endsAt === null ? 'firing' : 'resolved',
      labels,
      annotations,
      startsAt: isoTime(startsAt) ?? NO_TIME,
      endsAt: isoTime(endsAt) ?? NO_TIME,
      generatorURL,
      fingerprint: fingerprintOf(labels),
    })),
  });
}

/** What all of them have, with the same value. */
function commonOf(all: readonly PrometheusLabels[]): PrometheusLabels {
  const [some, ...rest] = all;
  if (some === undefined) return {};
  return Object.fromEntries(
    Object.entries(some).filter(([name, value]) => rest.every((other) => other[name] === value)),
  );
}
