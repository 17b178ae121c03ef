import { strangerText } from '../format.ts';

const LONGEST = 600;

/**
 * A sentence of the service. It may hold names by strangers, so it is cleaned and keeps its direction; names between
 * backticks are set as code.
 */
export function Prose({ text }: { readonly text: string }) {
  const parts = strangerText(text, LONGEST).split('`');
  // An even number of parts has a backtick without a partner: then none is meant as a mark.
  const whole = parts.length % 2 === 0;
  return (
    <bdi dir="ltr">
      {whole
        ? parts.join('`')
        : parts.map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}
    </bdi>
  );
}
