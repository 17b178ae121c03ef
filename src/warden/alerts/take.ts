import { alertId, alertKey, stepped, type Alert, type AlertReport } from './alert.ts';
import type { Book } from './book.ts';
import type { PipelineContext } from './context.ts';
import { severityRank } from './severity.ts';
import { flip } from './stages/flap.ts';
import { raise } from './stages/raise.ts';
import { route } from './stages/route.ts';
import { clockTime } from './when.ts';

/** So many starts are remembered, for flapping and for what repeats. */
const KEPT_STARTS = 32;
const KEPT_TRIED = 10;

/** What happened to alerts. */
export type AlertEvent =
  /** It is there, or still there. */
  | { readonly kind: 'report'; readonly report: AlertReport }
  /** It is over. */
  | {
      readonly kind: 'end';
      readonly key: string;
      readonly at: number;
      readonly healedBy: string | null;
      readonly why: string;
    }
  /** Something was done against it, or will be, or nothing more can be. */
  | {
      readonly kind: 'tried';
      readonly key: string;
      readonly sentence: string | null;
      readonly next: string | null;
    };

/** Takes over what happened; nobody is told here. */
export function take(book: Book, events: readonly AlertEvent[], context: PipelineContext): void {
  for (const event of events) {
    if (event.kind === 'report') report(book, event.report, context);
    else if (event.kind === 'end') end(book, event, context);
    else tried(book, event);
  }
  if (!events.some(({ kind }) => kind === 'end')) return;
  // What they explained speaks for itself now.
  for (const { cause, endedAt, group } of book.alerts.values())
    if (cause !== null && endedAt === null) lookAt(book, group, context.now + context.settings.symptomWaitMs);
}

function report(book: Book, given: AlertReport, context: PipelineContext): void {
  const { settings, now } = context;
  const key = alertKey(given.rule, given.labels);
  const known = book.alerts.get(key);
  const begins = known === undefined || known.endedAt !== null;
  const starts = begins ? [...(known?.starts ?? []), now].slice(-KEPT_STARTS) : known.starts;
  const raised = raise({ ...given, key, starts }, settings.raises, now);
  // What was raised stays so until it is over.
  const wasRaised = !begins && severityRank(known.severity) > severityRank(known.reported);
  const severity =
    wasRaised && severityRank(known.severity) > severityRank(raised.severity)
      ? known.severity
      : raised.severity;
  // Also when it is back before anybody was told of its end.
  const isInHand = known !== undefined && (!begins || known.told?.firing === true);
  let alert: Alert = {
    ...given,
    key,
    id: known?.id ?? alertId(key),
    severity,
    reported: given.severity,
    startedAt: begins ? given.startedAt : known.startedAt,
    endedAt: null,
    healedBy: null,
    count: (known?.count ?? 0) + (begins ? 1 : 0),
    starts,
    peak: farthest(begins ? null : known.peak, given),
    tried: begins ? [] : known.tried,
    next: begins ? null : known.next,
    cause: begins ? null : known.cause,
    ack: isInHand ? known.ack : null,
    flapping: begins && known ? flip({ ...known, starts }, now, settings) : (known?.flapping ?? null),
    told: known?.told ?? null,
    escalation: begins ? null : known.escalation,
    group: known?.group ?? null,
    path: begins ? [] : known.path,
  };
  if (begins) {
    alert = stepped(alert, { at: now, stage: 'intake', outcome: 'moved on', why: given.summary });
    book.began(alert, now);
  }
  if (raised.why !== null)
    alert = stepped(alert, { at: now, stage: 'raise', outcome: 'moved on', why: raised.why });
  const isGraver = !begins && severityRank(alert.severity) > severityRank(known.severity);
  if (begins || isGraver) alert = grouped(book, alert, context);
  book.put(alert);
}

/** Chooses where it goes, and has its group looked at in time. */
function grouped(book: Book, alert: Alert, { settings, now }: PipelineContext): Alert {
  const { channels: routed, why } = route(alert, settings.routes);
  // Who was told that it is there is told of its end, too, wherever it goes by now.
  const before =
    alert.told?.firing === true && alert.group !== null ? book.groups.get(alert.group)?.channels : [];
  const channels = [...new Set([...routed, ...(before ?? [])])];
  const outcome = channels.length === 0 ? 'stopped' : 'moved on';
  const after = stepped(alert, { at: now, stage: 'route', outcome, why });
  if (channels.length === 0) return { ...after, group: null };
  const key = JSON.stringify([alert.component, alert.rule, ...channels]);
  const group = book.groups.get(key) ?? { key, channels, flushAt: null, toldAt: null, thread: null };
  const flushAt = Math.min(group.flushAt ?? Infinity, flushTime(alert, group.toldAt, { settings, now }));
  if (flushAt !== group.flushAt || !book.groups.get(key)) book.groups.put({ ...group, flushAt });
  return stepped(
    { ...after, group: key },
    {
      at: now,
      stage: 'group',
      outcome: 'waits',
      why: `It is told with others of ${alert.rule} at ${clockTime(flushAt)}.`,
    },
  );
}

/** Critical ones hardly wait; others until more have come together, and until the last notice of the group is some time ago. */
function flushTime(
  { severity, told }: Alert,
  toldAt: number | null,
  { settings, now }: Pick<PipelineContext, 'settings' | 'now'>,
): number {
  if (severity === 'critical') return now + settings.criticalWaitMs;
  // What people know and is graver now does not wait for the interval.
  if (toldAt === null || told?.firing === true) return now + settings.groupWaitMs;
  return Math.max(now + settings.groupWaitMs, toldAt + settings.groupIntervalMs);
}

function end(
  book: Book,
  { key, at, healedBy, why }: Extract<AlertEvent, { kind: 'end' }>,
  { settings, now }: PipelineContext,
): void {
  const known = book.alerts.get(key);
  if (known === undefined || known.endedAt !== null) return;
  const flapping = known.flapping === null ? null : flip(known, now, settings);
  const ended = stepped(
    { ...known, endedAt: at, healedBy, flapping, escalation: null },
    { at: now, stage: 'intake', outcome: 'moved on', why },
  );
  book.put(ended);
  lookAt(book, known.group, now + settings.groupWaitMs);
}

/** Has a group looked at, at the latest then. */
export function lookAt(book: Book, key: string | null, at: number): void {
  const group = key === null ? undefined : book.groups.get(key);
  if (group && (group.flushAt === null || group.flushAt > at)) book.groups.put({ ...group, flushAt: at });
}

function tried(book: Book, { key, sentence, next }: Extract<AlertEvent, { kind: 'tried' }>): void {
  const known = book.alerts.get(key);
  if (known === undefined) return;
  const all = sentence === null ? known.tried : [...known.tried, sentence].slice(-KEPT_TRIED);
  book.put({ ...known, tried: all, next });
}

/** The value farthest from its limit, on the side where it is now. */
function farthest(before: number | null, { value, limit }: AlertReport): number | null {
  if (before === null || value === null) return value ?? before;
  return limit !== null && value < limit ? Math.min(before, value) : Math.max(before, value);
}
