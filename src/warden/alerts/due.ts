import type { Book } from './book.ts';
import type { PipelineContext } from './context.ts';
import { KEPT_MS, isGrave } from './remind.ts';

/** When the pipeline has to look again if nothing happens, so that thousands of quiet alerts cost nothing. Pure. */
export function nextDue(book: Book, { settings }: PipelineContext): number {
  const { repeatMs, silenceReminderMs } = settings;
  let due = Infinity;
  const at = (time: number | null | undefined): void => {
    if (time !== null && time !== undefined && time < due) due = time;
  };
  for (const { key, flushAt, toldAt } of book.groups.values()) {
    at(flushAt);
    if (flushAt === null && !book.hasMembers(key)) at((toldAt ?? 0) + KEPT_MS + 1);
  }
  for (const { summaryAt } of book.uses.values()) at(summaryAt);
  for (const { startsAt, endsAt, reminded } of book.silences.values()) {
    at(endsAt);
    if (!reminded) at(Math.max(startsAt, endsAt - silenceReminderMs));
  }
  for (const { endsAt, endedAt, ack, escalation, told, severity } of book.alerts.values()) {
    if (endedAt !== null) {
      at(endedAt + KEPT_MS + 1);
      continue;
    }
    at(endsAt);
    at(ack?.until);
    at(escalation?.dueAt);
    if (repeatMs !== null && told !== null && ack === null && isGrave(severity)) at(told.at + repeatMs);
  }
  return due;
}
