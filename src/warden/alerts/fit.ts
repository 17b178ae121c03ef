import type { Message } from './message.ts';
import { shorten } from './words.ts';

/** A message in the form of a channel, and whether something of it had to be left out. */
export interface Fitted<Form> {
  readonly form: Form;
  readonly shortened: boolean;
}

/**
 * The most of a message that a channel can carry. What matters least goes first: long lists, the last sections, the
 * alerts beside the worst; then sentences get shorter; the title is there to the last.
 * @param render puts a message into the channel's form.
 * @param fits whether the channel takes it.
 */
export function fitInto<Form>(
  message: Message,
  render: (message: Message) => Form,
  fits: (form: Form) => boolean,
): Fitted<Form> {
  let form = render(message);
  if (fits(form)) return { form, shortened: false };
  for (const smaller of smallerOnes(message)) {
    form = render(smaller);
    if (fits(form)) return { form, shortened: true };
  }
  return { form, shortened: true };
}

function* smallerOnes(message: Message): Iterable<Message> {
  let last = message;
  const cut = (changes: Partial<Message>): Message => (last = { ...last, ...changes });
  for (const lines of [12, 6, 3])
    yield cut({ sections: last.sections.map((one) => ({ ...one, lines: one.lines.slice(0, lines) })) });
  for (const max of [300, 120])
    yield cut({
      text: last.text.map((paragraph) => shorten(paragraph, 2 * max)),
      facts: last.facts.map(([label, value]) => [shorten(label, 40), shorten(value, max)] as const),
      items: last.items.map((item) => ({ ...item, text: shorten(item.text, max) })),
      sections: last.sections.map(({ title, lines }) => ({
        title: shorten(title, 80),
        lines: lines.map((line) => shorten(line, max)),
      })),
    });
  while (last.sections.length > 3) yield cut({ sections: last.sections.slice(0, -1) });
  for (const items of [8, 5, 3]) yield cut({ items: last.items.slice(0, items) });
  while (last.sections.length > 0) yield cut({ sections: last.sections.slice(0, -1) });
  for (const facts of [6, 3]) yield cut({ facts: last.facts.slice(0, facts) });
  yield cut({ links: last.links.slice(0, 2), text: last.text.slice(0, 2) });
  yield cut({ links: [], items: [] });
  yield cut({ text: [], facts: [] });
  for (const max of [100, 30]) yield cut({ title: shorten(last.title, max) });
}
