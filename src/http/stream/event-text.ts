import type { EventName, JournalEntry } from '../../contract/index.ts';

/** One event in the wire format of server-sent events. JSON has no line breaks, so one `data` line is enough. */
export function eventText(name: EventName, data: unknown, id?: number): string {
  return `event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}

export function journalText(entry: JournalEntry): string {
  return eventText('journal', entry, entry.seq);
}

/** The `seq` that a reader saw last; undefined when it names none that can be. */
export function parseLastEventId(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return undefined;
  return Number(text);
}

/** Where a reader that saw `lastSeen` goes on, and the entries it cannot get any more. Pure. */
export function resumeAt(
  lastSeen: number | undefined,
  newest: number,
  replayEntries: number,
): { readonly after: number; readonly gap: { readonly from: number; readonly to: number } | null } {
  if (lastSeen === undefined) return { after: newest, gap: null };
  // A number from the future belongs to a journal that is gone, say after a restored backup.
  if (lastSeen > newest) return { after: newest, gap: newest > 0 ? { from: 1, to: newest } : null };
  if (newest - lastSeen > replayEntries) return { after: newest, gap: { from: lastSeen + 1, to: newest } };
  return { after: lastSeen, gap: null };
}
