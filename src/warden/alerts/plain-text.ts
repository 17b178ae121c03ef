import type { Message } from './message.ts';
import { countOf, moodWord } from './words.ts';

/** Nothing but text: for a terminal, a log, a push, the text part of a mail. Lines end in `\n`, the last one too. */
export function plainText(message: Message): string {
  return `${message.title}\n\n${plainBody(message)}`;
}

/** The same without the title, where that has a place of its own. */
export function plainBody(message: Message): string {
  const { text, facts, sections, links } = message;
  const blocks = [
    ...text,
    facts.map(([label, value]) => `${label}: ${value}`).join('\n'),
    itemLines(message).join('\n'),
    ...sections.map(({ title, lines }) => [`${title}:`, ...lines.map((line) => `- ${line}`)].join('\n')),
    links.map(({ label, url }) => `${label}: ${url}`).join('\n'),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** A line each, and how many there are beside them. */
export function itemLines({ items, total, attachment }: Message): readonly string[] {
  if (items.length === 0) return [];
  const left = total - items.length;
  return [
    ...items.map(({ mood, id, text }) => `${moodWord(mood)} ${id}: ${text}`),
    ...(left > 0
      ? [`${countOf(left, 'more', 'more')}${attachment === null ? '' : `; all are in ${attachment.name}`}.`]
      : []),
  ];
}
