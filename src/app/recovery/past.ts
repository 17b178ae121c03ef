import type { JournalEntry } from '../../contract/index.ts';
import type { RecoveryPast } from '../../warden/recovery/index.ts';

const DAY_MS = 86_400_000;

/** What the journal has of one type since a moment, oldest first. */
type Since = (type: JournalEntry['type'], at: number) => readonly JournalEntry[];

/** What the journal says of former recoveries: tries and calls for a person of a day, outcomes of thirty. */
export function recoveryPastOf(since: Since, now: number): RecoveryPast {
  const of = <T extends JournalEntry['type']>(
    type: T,
    at: number,
  ): Extract<JournalEntry, { readonly type: T }>[] =>
    since(type, at).filter(
      (entry): entry is Extract<JournalEntry, { readonly type: T }> => entry.type === type,
    );
  return {
    taken: of('action.taken', now - DAY_MS),
    verified: of('action.verified', now - 30 * DAY_MS),
    manual: of('recovery.manual', now - DAY_MS),
    ended: of('condition.ended', now - DAY_MS),
  };
}
