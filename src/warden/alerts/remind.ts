import { spanOf } from '../detection/index.ts';
import { stepped, type Alert } from './alert.ts';
import type { Book } from './book.ts';
import type { PipelineContext } from './context.ts';
import { makeNotice, type NoticeWhat } from './make-notice.ts';
import { matches } from './match.ts';
import { severityRank, type Severity } from './severity.ts';
import { isActive } from './silence.ts';
import { cap, withSent } from './stages/cap.ts';
import { escalate, nextEscalation } from './stages/escalate.ts';
import { mute } from './stages/mute.ts';
import { dispatch, offer } from './tell.ts';
import { clockTime } from './when.ts';

/** What has ended is known for so long, in ms: for who asks why, and for what comes back. */
export const KEPT_MS = 3_600_000;

/** Says again what is still so, and takes the next step where nobody has taken an alert on. */
export function remind(book: Book, context: PipelineContext): void {
  const { now, settings, windows } = context;
  const silences = [...book.silences.values(), ...windows];
  const escalated = new Map<string, { channels: readonly string[]; step: number; alerts: Alert[] }>();
  const again: Alert[] = [];
  const expired: Alert[] = [];
  for (const before of book.alerts.values()) {
    if (before.endedAt !== null || before.told?.firing !== true || before.flapping !== null) continue;
    if (mute(before, silences, now).kind !== 'pass') continue;
    let alert = before;
    if (alert.ack !== null && now >= alert.ack.until) {
      expired.push(alert);
      continue;
    }
    const taken = escalate(alert, settings.escalations, now);
    if (taken !== null) {
      alert = stepped(
        { ...alert, escalation: taken.after },
        { at: now, stage: 'escalation', outcome: 'moved on', why: taken.why },
      );
      book.put(alert);
      const key = JSON.stringify([taken.number, taken.step.channels]);
      const all = escalated.get(key) ?? { channels: taken.step.channels, step: taken.number, alerts: [] };
      all.alerts.push(alert);
      escalated.set(key, all);
      continue;
    }
    const standing = nextEscalation(alert, settings.escalations, now);
    if (alert.escalation === null && standing !== null) book.put({ ...alert, escalation: standing });
    const saidAt = alert.told?.at ?? now;
    if (
      alert.ack === null &&
      settings.repeatMs !== null &&
      isGrave(alert.severity) &&
      now - saidAt >= settings.repeatMs
    )
      again.push(alert);
  }
  for (const { channels, step, alerts } of escalated.values()) {
    const firstAt = Math.min(...alerts.map(({ told }) => told?.firstAt ?? now));
    say(book, channels, { kind: 'escalation', step, unseenMs: now - firstAt }, alerts, context);
  }
  for (const [channels, alerts] of byChannels(book, expired)) {
    const told = alerts.map((alert) => {
      const free: Alert = { ...heard(alert, now, 'ack-expired'), ack: null, escalation: null };
      const anew: Alert = { ...free, told: free.told && { ...free.told, firstAt: now } };
      return book.put({ ...anew, escalation: nextEscalation(anew, settings.escalations, now) });
    });
    const names = [...new Set(alerts.map(({ ack }) => ack?.by ?? 'somebody'))].join(', ');
    const what = {
      kind: 'reminder',
      because: 'ack-expired',
      why: `${names} had it in hand until now.`,
    } as const;
    say(book, channels, what, told, context);
  }
  for (const [channels, alerts] of byChannels(book, again)) {
    const told = alerts.map((alert) => book.put(heard(alert, now, 'still-firing')));
    const longest = Math.max(...alerts.map(({ startedAt }) => now - startedAt));
    const what = {
      kind: 'reminder',
      because: 'still-firing',
      why: `It has been so for ${spanOf(longest)}.`,
    } as const;
    say(book, channels, what, told, context);
  }
}

/** What is said again while it lasts. */
export const isGrave = (severity: Severity): boolean => severityRank(severity) >= severityRank('error');

const heard = (alert: Alert, now: number, why: string): Alert =>
  stepped(
    { ...alert, told: alert.told && { ...alert.told, at: now } },
    {
      at: now,
      stage: 'escalation',
      outcome: 'moved on',
      why:
        why === 'ack-expired'
          ? 'Who had it in hand has had the time for it.'
          : 'It is still there, and is said again.',
    },
  );

/** By the channels that their groups go to. */
function byChannels(book: Book, alerts: readonly Alert[]): ReadonlyMap<readonly string[], Alert[]> {
  const all = new Map<string, { channels: readonly string[]; alerts: Alert[] }>();
  for (const alert of alerts) {
    const channels = (alert.group === null ? undefined : book.groups.get(alert.group))?.channels ?? [];
    const key = JSON.stringify(channels);
    const some = all.get(key) ?? { channels, alerts: [] };
    some.alerts.push(alert);
    all.set(key, some);
  }
  return new Map(Array.from(all.values(), ({ channels, alerts: some }) => [channels, some]));
}

/** One notice to some channels, in the thread of its alerts if they share one. */
function say(
  book: Book,
  channels: readonly string[],
  what: NoticeWhat,
  alerts: readonly Alert[],
  context: PipelineContext,
): void {
  if (channels.length === 0) return;
  const threads = new Set(
    alerts.map(({ group }) => (group === null ? null : (book.groups.get(group)?.thread ?? null))),
  );
  const [thread = null] = threads.size === 1 ? threads : [];
  const id = book.nextNotice();
  const notice = makeNotice(id, thread ?? id, what, alerts, context);
  offer(book, channels, notice, alerts, context);
}

/** A silence that hides something critical says so once, some time before it ends. */
export function remindOfSilences(book: Book, context: PipelineContext): void {
  const { now, settings } = context;
  for (const silence of [...book.silences.values()]) {
    if (now >= silence.endsAt) {
      book.silences.drop(silence.id);
      continue;
    }
    const at = Math.max(silence.endsAt - settings.silenceReminderMs, silence.startsAt);
    if (silence.reminded || now < at || !isActive(silence, now)) continue;
    const hidden = [...book.alerts.values()].filter(
      (alert) =>
        alert.endedAt === null &&
        alert.severity === 'critical' &&
        matches(silence.match, alert) &&
        mute(alert, [silence], now).kind === 'wait',
    );
    if (hidden.length === 0) continue;
    book.silences.put({ ...silence, reminded: true });
    const why = `The ${silence.kind} of ${silence.by} hides it until ${clockTime(silence.endsAt)}.`;
    for (const [channels, alerts] of byChannels(book, hidden))
      say(book, channels, { kind: 'reminder', because: 'silence-ends', why }, alerts, context);
  }
}

/** Tells what the cap held back, once the hour allows one more notice. */
export function summarise(book: Book, context: PipelineContext): void {
  const { now, settings } = context;
  for (const use of [...book.uses.values()]) {
    if (use.summaryAt === null || now < use.summaryAt) continue;
    const free = cap('info', use, settings, now);
    if (free.kind === 'wait') {
      book.uses.put({ ...use, summaryAt: free.until });
      continue;
    }
    const alerts = use.held.map((key) => book.alerts.get(key)).filter((alert) => alert !== undefined);
    book.uses.put({ ...use, held: [], heldSince: null, summaryAt: null });
    const what = { kind: 'summary', limit: settings.capPerHour, sinceAt: use.heldSince ?? now } as const;
    if (alerts.length === 0) continue;
    const id = book.nextNotice();
    const notice = makeNotice(id, id, what, alerts, context);
    const after = book.useOf(use.name);
    // Whatever is in it: it takes the place that became free.
    book.uses.put({ ...after, ...withSent('info', after, now) });
    dispatch(book, use.name, notice, now);
    for (const alert of alerts)
      book.put(
        stepped(alert, {
          at: now,
          stage: 'cap',
          outcome: 'moved on',
          why: `The summary ${id} to ${use.name} tells of it.`,
        }),
      );
  }
}

/** Ends what was not reported again in time, and forgets what nobody asks for any more. */
export function expire(
  book: Book,
  { now }: PipelineContext,
): readonly { readonly key: string; readonly at: number }[] {
  const held = new Set([...book.uses.values()].flatMap((use) => use.held));
  const over: { key: string; at: number }[] = [];
  for (const alert of [...book.alerts.values()]) {
    const { key, endedAt, endsAt, told, flapping } = alert;
    if (endedAt === null) {
      if (endsAt !== null && endsAt <= now) over.push({ key, at: endsAt });
    } else if (told?.firing !== true && flapping === null && now - endedAt > KEPT_MS && !held.has(key))
      book.forget(alert);
  }
  for (const { key, flushAt, toldAt } of [...book.groups.values()])
    if (!book.hasMembers(key) && flushAt === null && now - (toldAt ?? 0) > KEPT_MS) book.groups.drop(key);
  return over;
}
