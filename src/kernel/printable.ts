/** Control characters and marks of direction as `\u001b`: a terminal obeys them, and a line of text must not. Pure. */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
