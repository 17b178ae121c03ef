import { isNews, stepped, type Alert, type PathStep } from './alert.ts';
import type { Book } from './book.ts';
import type { PipelineContext } from './context.ts';
import { makeNotice, type NoticeWhat } from './make-notice.ts';
import type { Notice } from './notice.ts';
import { severityRank, worstOf } from './severity.ts';
import { cap, withSent } from './stages/cap.ts';
import { dedup } from './stages/dedup.ts';
import { flappingWhy, quietAt } from './stages/flap.ts';
import { inhibit } from './stages/inhibit.ts';
import { mute } from './stages/mute.ts';
import type { Group } from './store-port.ts';
import { clockTime } from './when.ts';

/** What one alert has to be told. */
type News = 'firing' | 'over' | 'flapping' | 'flapping-ended';

/** Looks at each group whose time has come, and puts what people must know on its way. */
export function tell(book: Book, context: PipelineContext): void {
  const { now, settings } = context;
  const due = [...book.groups.values()].filter(({ flushAt }) => flushAt !== null && flushAt <= now);
  if (due.length === 0) return;
  const routes = new Set(due.map(({ channels }) => channelKey(channels)));
  // One message for what comes at nearly the same time: news that wait for others go along with the first.
  const along = [...book.groups.values()].filter(
    ({ channels, flushAt, toldAt, thread }) =>
      flushAt !== null &&
      flushAt > now &&
      flushAt <= now + settings.groupWaitMs &&
      toldAt === null &&
      thread === null &&
      routes.has(channelKey(channels)),
  );
  const roots = firstOfEachRule(book.alerts.values());
  const told = new Map<string, Bundle>();
  for (const group of [...due, ...along]) {
    const looked = lookAtGroup(book, group, roots, context);
    book.groups.put({ ...group, flushAt: looked.again });
    for (const { alert, news } of looked.news) {
      const key = JSON.stringify([
        group.channels,
        group.thread,
        news === 'flapping' || news === 'flapping-ended' ? alert.key : news,
      ]);
      const bundle = told.get(key) ?? {
        channels: group.channels,
        thread: group.thread,
        news,
        alerts: [],
        groups: new Set(),
      };
      bundle.alerts.push(alert);
      bundle.groups.add(group.key);
      told.set(key, bundle);
    }
  }
  // What is over first: it often explains what comes after it.
  const isOver = ({ news }: Bundle): boolean => news === 'over';
  for (const bundle of [...told.values()].sort((a, b) => Number(isOver(b)) - Number(isOver(a))))
    send(book, bundle, context);
}

/** What goes into one notice. */
interface Bundle {
  readonly channels: readonly string[];
  readonly thread: string | null;
  readonly news: News;
  readonly alerts: Alert[];
  readonly groups: Set<string>;
}

const channelKey = (channels: readonly string[]): string => JSON.stringify(channels);

function firstOfEachRule(alerts: Iterable<Alert>): readonly Alert[] {
  const roots = new Map<string, Alert>();
  for (const alert of alerts)
    if (alert.endedAt === null && !roots.has(alert.rule)) roots.set(alert.rule, alert);
  return [...roots.values()];
}

interface Looked {
  readonly news: readonly { readonly alert: Alert; readonly news: News }[];
  /** When to look again; null: when something happens. */
  readonly again: number | null;
}

/** Takes the members of a group through mute, inhibit, flapping and dedup, and notes at each what became of it there. */
function lookAtGroup(book: Book, group: Group, roots: readonly Alert[], context: PipelineContext): Looked {
  const { now, settings } = context;
  const news: { alert: Alert; news: News }[] = [];
  let again = Infinity;
  const members = book.membersOf(group.key);
  const someAreThere = members.some(({ endedAt, told }) => endedAt === null && told?.firing === true);
  const silences = [...book.silences.values(), ...context.windows];
  for (const member of members) {
    const { alert, verdict } = judgeOne(member, { roots, silences, someAreThere, settings, context });
    if (alert !== member) book.put(alert);
    if (verdict.kind === 'news') news.push({ alert, news: verdict.news });
    else if (verdict.until !== null) again = Math.min(again, Math.max(verdict.until, now + 1));
  }
  return { news, again: Number.isFinite(again) ? again : null };
}

type Verdict =
  { readonly kind: 'news'; readonly news: News } | { readonly kind: 'none'; readonly until: number | null };

interface Around {
  readonly roots: readonly Alert[];
  readonly silences: Parameters<typeof mute>[1];
  readonly someAreThere: boolean;
  readonly settings: PipelineContext['settings'];
  readonly context: PipelineContext;
}

/** What of one alert is to be told now, with the step that says why. Pure. */
function judgeOne(before: Alert, around: Around): { readonly alert: Alert; readonly verdict: Verdict } {
  const { settings, context, roots, silences } = around;
  const { now } = context;
  const step = (alert: Alert, stage: PathStep['stage'], outcome: PathStep['outcome'], why: string): Alert =>
    stepped(alert, { at: now, stage, outcome, why });
  const none = (alert: Alert, until: number | null) => ({ alert, verdict: { kind: 'none', until } as const });
  const { flapping } = before;
  const isQuiet = flapping !== null && now >= quietAt(flapping, settings);
  if (flapping === null && !isNews(before, severityRank)) {
    const decision = dedup(before, settings, now);
    return none(step(before, 'dedup', 'stopped', decision.why), null);
  }
  let alert = before;
  if (alert.endedAt === null) {
    // Who knows that it is there is told of its end whatever is silent by then; the rest of it may be held.
    const muted = mute(alert, silences, now);
    alert = step(alert, 'mute', muted.kind === 'pass' ? 'moved on' : 'waits', muted.why);
    if (muted.kind === 'wait') return none(alert, muted.until);
    const inhibited = inhibit(alert, roots, context.explains);
    if (inhibited.cause !== alert.cause) alert = { ...alert, cause: inhibited.cause };
    alert = step(alert, 'inhibit', inhibited.kind === 'pass' ? 'moved on' : 'waits', inhibited.why);
    if (inhibited.kind === 'wait') return none(alert, null);
  }
  if (flapping !== null) {
    if (!isQuiet) {
      alert = step(alert, 'flapping', 'waits', flappingWhy(flapping, settings));
      if (flapping.told) return none(alert, quietAt(flapping, settings));
      // Told since it began, or just before: people know that something is with it.
      const isKnown = alert.told !== null && alert.told.at >= flapping.since - settings.coolDownMs;
      if (isKnown)
        return none({ ...alert, flapping: { ...flapping, told: true } }, quietAt(flapping, settings));
      return { alert, verdict: { kind: 'news', news: 'flapping' } };
    }
    if (flapping.told) {
      alert = step(alert, 'flapping', 'moved on', 'It has been quiet long enough.');
      return { alert, verdict: { kind: 'news', news: 'flapping-ended' } };
    }
    alert = { ...alert, flapping: null };
    if (!isNews(alert, severityRank)) return none(alert, null);
  }
  const decision = dedup(alert, settings, now);
  alert = step(alert, 'dedup', decision.kind === 'pass' ? 'moved on' : 'waits', decision.why);
  if (decision.kind !== 'pass') return none(alert, decision.kind === 'wait' ? decision.until : null);
  if (alert.endedAt === null) return { alert, verdict: { kind: 'news', news: 'firing' } };
  const saidAt =
    Math.max(alert.endedAt, 0) + (around.someAreThere ? settings.groupIntervalMs : settings.groupWaitMs);
  if (now < saidAt) {
    const why = around.someAreThere ? 'Others of its group are still there.' : 'It may come back at once.';
    return none(step(alert, 'group', 'waits', why), saidAt);
  }
  return { alert, verdict: { kind: 'news', news: 'over' } };
}

/** Sends a bundle to its channels, as far as the cap lets it, and notes that people know. */
function send(
  book: Book,
  { channels, thread, news, alerts, groups }: Bundle,
  context: PipelineContext,
): void {
  const { now, settings } = context;
  const isUpdate = thread !== null && news === 'firing';
  const what = whatOf(news, alerts, isUpdate);
  const severity = worstOf(alerts.map((alert) => alert.severity));
  const spread =
    severity === 'critical' ? channels.map((name) => cap(severity, book.useOf(name), settings, now)) : [];
  const tooMany = spread.find((decision) => decision.kind === 'wait');
  if (tooMany?.kind === 'wait') {
    for (const alert of alerts)
      book.put(stepped(alert, { at: now, stage: 'cap', outcome: 'waits', why: tooMany.why }));
    for (const key of groups) {
      const group = book.groups.get(key);
      if (group)
        book.groups.put({ ...group, flushAt: Math.min(group.flushAt ?? Infinity, tooMany.until ?? now + 1) });
    }
    return;
  }
  const id = book.nextNotice();
  const notice = makeNotice(id, thread ?? id, what, alerts, context);
  const { said, held } = offer(book, channels, notice, alerts, context);
  for (const alert of alerts) {
    const firing = news === 'flapping' || alert.endedAt === null;
    const after: Alert = {
      ...alert,
      told: {
        at: now,
        firstAt: alert.told?.firing === true ? alert.told.firstAt : now,
        severity: alert.severity,
        firing,
      },
      flapping:
        news === 'flapping-ended'
          ? null
          : alert.flapping && { ...alert.flapping, told: alert.flapping.told || news === 'flapping' },
    };
    const capped = stepped(after, {
      at: now,
      stage: 'cap',
      outcome: held.length === 0 ? 'moved on' : said.length === 0 ? 'stopped' : 'moved on',
      why: held.length === 0 ? 'The cap of no channel is reached.' : held.join(' '),
    });
    book.put(
      said.length === 0
        ? capped
        : stepped(capped, {
            at: now,
            stage: 'outbox',
            outcome: 'moved on',
            why: `Notice ${id} goes to ${said.join(', ')}.`,
          }),
    );
  }
  const isOver = news === 'over' || news === 'flapping-ended';
  for (const key of groups) {
    const group = book.groups.get(key);
    if (!group) continue;
    const isThere = book.membersOf(key).some(({ told }) => told?.firing === true);
    book.groups.put({ ...group, toldAt: now, thread: isOver && !isThere ? null : notice.thread });
  }
}

/**
 * Puts a notice on its way to the channels that may have one more; what the cap of a channel holds back goes into its
 * summary, in which everything waits that comes until then.
 */
export function offer(
  book: Book,
  channels: readonly string[],
  notice: Notice,
  alerts: readonly Alert[],
  { now, settings }: Pick<PipelineContext, 'now' | 'settings'>,
): { readonly said: readonly string[]; readonly held: readonly string[] } {
  const said: string[] = [];
  const held: string[] = [];
  for (const channel of channels) {
    const use = book.useOf(channel);
    const decision = cap(notice.severity, use, settings, now);
    const isCritical = notice.severity === 'critical';
    if (isCritical || (decision.kind === 'pass' && use.summaryAt === null)) {
      said.push(channel);
      book.uses.put({ ...use, ...withSent(notice.severity, use, now) });
      dispatch(book, channel, notice, now);
      continue;
    }
    const until = decision.kind === 'wait' ? (decision.until ?? now) : now;
    const summaryAt = use.summaryAt ?? until;
    held.push(`${channel}: its summary tells of it at ${clockTime(summaryAt)}.`);
    book.uses.put({
      ...use,
      held: [...new Set([...use.held, ...alerts.map(({ key }) => key)])],
      heldSince: use.heldSince ?? now,
      summaryAt,
    });
  }
  return { said, held };
}

/** Puts a notice on its way to one channel. The outbox does the rest. */
export function dispatch(book: Book, channel: string, notice: Notice, now: number): void {
  book.send({
    id: `${notice.id}/${channel}`,
    channel,
    tried: [],
    notice,
    createdAt: now,
    attempts: 0,
    nextAt: now,
    why: null,
  });
}

function whatOf(news: News, alerts: readonly Alert[], update: boolean): NoticeWhat {
  const flapping = alerts[0]?.flapping;
  switch (news) {
    case 'firing':
      return { kind: 'firing', update };
    case 'over':
      return { kind: 'resolved' };
    case 'flapping':
      return {
        kind: 'flapping',
        flips: flapping?.flips ?? 0,
        withinMs: flapping ? flapping.lastFlipAt - flapping.since : 0,
      };
    case 'flapping-ended':
      return {
        kind: 'flapping-ended',
        flips: flapping?.flips ?? 0,
        forMs: flapping ? flapping.lastFlipAt - flapping.since : 0,
        firing: alerts[0]?.endedAt === null,
      };
  }
}
