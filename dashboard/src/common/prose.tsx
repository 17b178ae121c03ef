/** A sentence in which names between backticks are set as code. */
export function Prose({ text }: { readonly text: string }) {
  const parts = text.split('`');
  // An odd number of backticks: they are not meant as a pair.
  if (parts.length % 2 === 0) return text;
  return parts.map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}
