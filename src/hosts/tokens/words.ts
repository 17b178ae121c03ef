/** A length of time in the words of a sentence: "40 s", "14 min", "3.5 h". */
export function span(ms: number): string {
  if (ms < 120_000) return `${Math.max(0, Math.round(ms / 1_000))} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 360_000) / 10} h`;
}

/** A sum or a price in the words of a sentence: "1,250 USD", "0.00123 USD". */
export function usd(value: number): string {
  return value === 0 || value >= 1
    ? `${Math.round(value).toLocaleString('en-US')} USD`
    : `${value.toPrecision(3)} USD`;
}

/** "1 pool", "2 pools". */
export function countOf(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}

/** A sentence begins with a capital and ends with a full stop. */
export function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
}
