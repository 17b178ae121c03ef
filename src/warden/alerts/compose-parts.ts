import { quantity } from '../detection/index.ts';
import type { ComposeOptions, Frame } from './compose.ts';
import type { Message, MessageItem } from './message.ts';
import type { Notice, NoticeAlert } from './notice.ts';
import {
  countOf,
  lasted,
  oneLine,
  peakText,
  sentence,
  severitiesText,
  shorten,
  valueText,
  whereText,
} from './words.ts';

const STEPS = 3;
const TRIED = 5;
/** Enough for each sentence of ours; who words a rule at length does not push out the rest. */
const SENTENCE_MAX = 500;
const ITEM_MAX = 240;
const COMPONENTS = 5;

type Facts = Message['facts'];
type Sections = Message['sections'];

const bounded = (text: string): string => shorten(oneLine(text), SENTENCE_MAX);

/** Why it is so, where that is known. */
export const causeText = ({ cause }: NoticeAlert): readonly string[] =>
  cause === null ? [] : [bounded(`Likely cause: ${sentence(cause)}`)];

/** The short facts of one alert. */
export function factsOf(alert: NoticeAlert, { options, now, time }: Frame): Facts {
  const { startedAt, endedAt, count, incident, rule, id } = alert;
  const value = valueText(alert);
  const peak = peakText(alert);
  const isPeak = alert.value !== null && peak === quantity(alert.value, alert.unit);
  const facts: (readonly [string, string] | null)[] = [
    ['Where', `${shorten(whereText(alert), SENTENCE_MAX)} on ${options.source}`],
    ...(endedAt === null
      ? [
          ['Since', `${time.moment(startedAt, now)}, for ${lasted(now - startedAt)}`] as const,
          value === null ? null : (['Value', value] as const),
          peak === null || isPeak ? null : (['Worst value', peak] as const),
        ]
      : [
          ['Lasted', `${lasted(endedAt - startedAt)}, ${time.range(startedAt, endedAt, now)}`] as const,
          peak === null ? null : (['Worst value', peak] as const),
          value === null || isPeak ? null : (['Last value', value] as const),
        ]),
    count > 1 ? ['Began', countOf(count, 'time')] : null,
    ['Alert', `${id}, rule ${rule}`],
    incident === null ? null : ['Incident', incident],
    runbookOf(alert, options) === null && alert.runbook !== null ? ['Runbook', alert.runbook] : null,
  ];
  return facts.filter((fact) => fact !== null);
}

/** The short facts of several. */
export function groupFacts(notice: Notice, { options, now, time }: Frame): Facts {
  const components = [...new Set(notice.alerts.map(({ component }) => component))];
  const named = components.slice(0, COMPONENTS).join(', ');
  const more =
    components.length > COMPONENTS || notice.alerts.length < notice.total ? `${named} and others` : named;
  const whole = notice.alerts.length === notice.total;
  const since = whole
    ? notice.alerts.reduce((first, { startedAt }) => Math.min(first, startedAt), Infinity)
    : (notice.alerts[0]?.startedAt ?? Infinity);
  return [
    ['In all', `${countOf(notice.total, 'alert')}: ${severitiesText(notice.counts)}`],
    ['Where', named === '' ? options.source : `${shorten(more, SENTENCE_MAX)} on ${options.source}`],
    ...(Number.isFinite(since)
      ? [
          [
            whole ? 'First began' : 'The worst began',
            `${time.moment(since, now)}, ${lasted(now - since)} ago`,
          ] as const,
        ]
      : []),
  ];
}

/** What happens next, what to do, what was tried: in the order in which somebody who was woken needs it. */
export function sectionsOf(alert: NoticeAlert): Sections {
  const { next, nextSteps } = alert;
  return [
    ...(next === null ? [] : [{ title: 'What happens next', lines: [bounded(next)] }]),
    ...(nextSteps.length === 0
      ? []
      : [{ title: 'What you can do', lines: nextSteps.slice(0, STEPS).map(bounded) }]),
    { title: 'Tried so far', lines: triedLines(alert) ?? ['Nothing.'] },
  ];
}

/** The last of what was tried; null when that is nothing. */
export function triedLines({ tried }: NoticeAlert): readonly string[] | null {
  if (tried.length === 0) return null;
  const left = tried.length - TRIED;
  return [
    ...(left > 0 ? [`${countOf(left, 'earlier attempt')} left out here.`] : []),
    ...tried.slice(-TRIED).map(bounded),
  ];
}

/** Of several, only about the worst: where to begin. */
export function manySections({ alerts }: Notice): Sections {
  const worst = alerts.find(({ endedAt }) => endedAt === null);
  if (worst === undefined) return [];
  return sectionsOf(worst)
    .filter(({ title }) => title !== 'Tried so far' || worst.tried.length > 0)
    .map(({ title, lines }) => ({ title: `${title} (the worst one)`, lines }));
}

/** An alert among several. */
export function itemOf(alert: NoticeAlert, { now }: Frame): MessageItem {
  const { id, severity, startedAt, endedAt, summary, healedBy } = alert;
  const peak = peakText(alert);
  const when =
    endedAt === null
      ? `for ${lasted(now - startedAt)}`
      : `over after ${lasted(endedAt - startedAt)}${peak === null ? '' : `, at worst ${peak}`}, ${healedBy === null ? 'by itself' : `healed by ${healedBy}`}`;
  return {
    mood: endedAt === null ? severity : 'ok',
    id,
    text: `${shorten(oneLine(summary).replace(/\.$/, ''), ITEM_MAX)} (${when})`,
  };
}

/** The dashboard, and the runbooks of the first. */
export function linksOf(notice: Notice, options: ComposeOptions): Message['links'] {
  const dashboard = addressOf(options.dashboardUrl);
  const runbooks = new Map<string, string>();
  for (const alert of notice.alerts.slice(0, STEPS)) {
    const url = runbookOf(alert, options);
    if (url !== null && !runbooks.has(url)) runbooks.set(url, oneLine(alert.rule));
  }
  return [
    ...(dashboard === null ? [] : [{ label: 'Dashboard', url: dashboard }]),
    ...[...runbooks].map(([url, rule]) => ({
      label: runbooks.size === 1 ? 'Runbook' : `Runbook ${rule}`,
      url,
    })),
  ];
}

/** The address of the page that says what to do; null where only its path is known. */
function runbookOf({ runbook }: NoticeAlert, { runbookBase }: ComposeOptions): string | null {
  if (runbook === null) return null;
  if (/^[a-z][a-z0-9+.-]*:/i.test(runbook)) return addressOf(runbook);
  const base = addressOf(runbookBase);
  return base === null ? null : addressOf(`${base.replace(/\/$/, '')}/${runbook.replace(/^\/+/, '')}`);
}

/** Only what a browser opens: a link is pressed without being read. */
function addressOf(text: string | null): string | null {
  if (text === null || !URL.canParse(text)) return null;
  const { protocol, href } = new URL(text);
  return protocol === 'https:' || protocol === 'http:' ? href : null;
}
