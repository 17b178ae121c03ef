/** A piece of a text that is more than text, in UTF-16 units. */
export interface Entity {
  readonly tag: string;
  readonly href: string | null;
  readonly offset: number;
  readonly length: number;
}

const TAGS = new Set([
  'b',
  'strong',
  'i',
  'em',
  'u',
  'ins',
  's',
  'strike',
  'del',
  'a',
  'code',
  'pre',
  'blockquote',
]);
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/**
 * Reads the HTML of messages as Telegram does: few tags, four names of characters, and any other `<` is an error.
 * @throws Error with the sentence of Telegram, such as `can't parse entities: Unexpected end tag at byte offset 3`.
 */
export function parseTelegramHtml(html: string): {
  readonly text: string;
  readonly entities: readonly Entity[];
} {
  const entities: Entity[] = [];
  const open: { tag: string; href: string | null; offset: number }[] = [];
  let text = '';
  let at = 0;
  const fail = (what: string): never => {
    throw new Error(`can't parse entities: ${what} at byte offset ${Buffer.byteLength(html.slice(0, at))}`);
  };
  if (/\p{Surrogate}/u.test(html)) throw new Error('strings must be encoded in UTF-8');
  while (at < html.length) {
    const character = html.charAt(at);
    if (character === '&') {
      const [length, decoded] = characterAt(html, at);
      text += decoded;
      at += length;
    } else if (character !== '<') {
      text += character;
      at += 1;
    } else {
      const end = /^<\/\s*([a-z-]*)\s*>/i.exec(html.slice(at));
      const begin = /^<([a-z-]+)((?:\s+[a-z-]+(?:=(?:"[^"]*"|'[^']*'|[^\s>"']+))?)*)\s*>/i.exec(
        html.slice(at),
      );
      if (end) {
        const last = open.pop();
        if (last === undefined) return fail('Unexpected end tag');
        if (end[1] !== '' && end[1]?.toLowerCase() !== last.tag)
          return fail(`Unmatched end tag, expected "</${last.tag}>", found "</${end[1]}>",`);
        if (text.length > last.offset) entities.push({ ...last, length: text.length - last.offset });
        at += end[0].length;
      } else if (begin) {
        const tag = (begin[1] ?? '').toLowerCase();
        if (!TAGS.has(tag)) return fail(`Unsupported start tag "${tag}"`);
        const href = /\shref=(?:"([^"]*)"|'([^']*)'|(\S+))/.exec(begin[2] ?? '');
        const raw = href?.[1] ?? href?.[2] ?? href?.[3] ?? null;
        open.push({ tag, href: raw === null ? null : decodedText(raw), offset: text.length });
        at += begin[0].length;
      } else return fail('Unclosed or unsupported start tag');
    }
  }
  const [unended] = open;
  if (unended)
    throw new Error(`can't parse entities: Can't find end tag corresponding to start tag "${unended.tag}"`);
  return { text: text.trim(), entities };
}

/** What an `&` stands for, and how long its name is; one that names nothing is itself. */
function characterAt(html: string, at: number): readonly [length: number, character: string] {
  const named = /^&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/i.exec(html.slice(at, at + 12));
  const [all = '', decimal, hex, name = ''] = named ?? [];
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  const decoded = ENTITIES[name] ?? (code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined);
  return decoded === undefined ? [1, '&'] : [all.length, decoded];
}

const decodedText = (html: string): string =>
  html.replaceAll(/&(?:#\d{1,7}|#x[0-9a-f]{1,6}|\w+);/gi, (entity) => {
    const [length, character] = characterAt(entity, 0);
    return length === entity.length ? character : entity;
  });
