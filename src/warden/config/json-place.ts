const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const NUMBER_OR_WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SIGNS = { '{': /\{/y, '}': /\}/y, '[': /\[/y, ']': /\]/y, ':': /:/y, ',': /,/y } as const;

/** Where text stops being JSON, as an offset; its length when it ends too early. V8 names it for some mistakes only. */
export function offsetOfJsonError(text: string): number {
  let at = 0;
  const eat = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at += match[0].length;
    return match !== null;
  };
  const value = (): boolean => {
    eat(SPACE);
    if (eat(SIGNS['{'])) return list(SIGNS['}'], member);
    if (eat(SIGNS['['])) return list(SIGNS[']'], value);
    return eat(STRING) || eat(NUMBER_OR_WORD);
  };
  const member = (): boolean => eat(STRING) && eat(SPACE) && eat(SIGNS[':']) && value();
  const list = (end: RegExp, item: () => boolean): boolean => {
    eat(SPACE);
    if (eat(end)) return true;
    do {
      eat(SPACE);
      if (!item()) return false;
      eat(SPACE);
    } while (eat(SIGNS[',']));
    return eat(end);
  };
  if (value()) eat(SPACE);
  return at;
}
