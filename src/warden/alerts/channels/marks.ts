import type { Message } from '../message.ts';

const MARKS = { ok: '🟢', info: '🔵', warning: '🟡', error: '🟠', critical: '🔴' } as const;

/** A colour as a character, for who looks at a list of messages. */
export const markOf = (mood: Message['mood']): string => MARKS[mood];

/** What is said of what a channel had to leave out; null when it carried everything. */
export function leftOutText(
  { attachment }: Message,
  shortened: boolean,
  carriesFiles: boolean,
): string | null {
  const reasons = [
    ...(shortened ? ['Shortened to what the channel can carry.'] : []),
    ...(attachment !== null && !carriesFiles
      ? ['The channel carries no files, so the whole list is left out.']
      : []),
  ];
  return reasons.length === 0 ? null : reasons.join(' ');
}
