/** What people paste: one a line, or with commas, quotes and brackets of a list around them. Each once, in order. */
export function parseMints(text: string): string[] {
  const parts = text
    .split(/[\s,;|"'`[\]{}()]+/u)
    .filter(Boolean)
    .map((part) => part.slice(0, 200));
  return [...new Set(parts)];
}
