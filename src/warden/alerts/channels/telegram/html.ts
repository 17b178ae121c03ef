import type { Message } from '../../message.ts';
import { calm, cut, cutSentence, escapeHtml, oneLine } from './text.ts';

/** What Telegram takes at most, in UTF-16 units, without the markup. */
export const MAX_TEXT = 4_096;
/** Telegram drops the markup of what comes after. */
const MAX_ENTITIES = 100;
const MAX_LINE = 400;
/** Alerts of a list are told shorter rather than fewer. */
const ITEM_LINES = [MAX_LINE, 240, 140] as const;
const MAX_LINKS = 8;
/** A longer address is told in the file alone: it would be most of the request. */
const MAX_URL = 1_000;
const REST = 'The rest is in the attached file.';

/** Told apart by shape and by word, not by colour. */
const MOODS = {
  ok: { icon: '✅', word: 'OK' },
  info: { icon: 'ℹ️', word: 'INFO' },
  warning: { icon: '⚠️', word: 'WARNING' },
  error: { icon: '❌', word: 'ERROR' },
  critical: { icon: '🚨', word: 'CRITICAL' },
} as const;

/** A message as Telegram takes it. */
export interface TelegramText {
  readonly text: string;
  /** Length after the markup is read, as Telegram counts it. */
  readonly entitiesLength: number;
  /** What is to be sent as a file: the whole list, and the whole message when something of it had to be left out. */
  readonly attachment: { readonly name: string; readonly text: string } | null;
}

/** Options of {@link telegramHtml}. */
export interface TelegramTextOptions {
  /** Without it the text is plain, and says addresses in full. Default true. */
  readonly markup?: boolean;
  /** Most UTF-16 units after the markup is read. Default 4,096. */
  readonly max?: number;
}

type Piece = string | { readonly tag: 'b' | 'code'; readonly text: string } | Link;
interface Link {
  readonly href: string;
  readonly text: string;
}
type Line = readonly Piece[];

const textOf = (piece: Piece): string => (typeof piece === 'string' ? piece : piece.text);
const lengthOf = (line: Line): number => line.reduce((sum, piece) => sum + textOf(piece).length, 0);
const bold = (text: string): Piece => ({ tag: 'b', text });

/**
 * A message in Telegram's HTML. All of its words are text: none becomes markup. What does not fit is left out by whole
 * lines, least important first; title, first sentence and links stay, and the whole goes into the attachment. Pure.
 */
export function telegramHtml(
  message: Message,
  { markup = true, max = MAX_TEXT }: TelegramTextOptions = {},
): TelegramText {
  const { mood, items, total, sections } = message;
  const { icon, word } = MOODS[mood];
  const title = oneLine(message.title);
  const heading = title.toLowerCase().startsWith(word.toLowerCase()) ? title : `${word} ${title}`;
  const [first = '', ...others] = message.text.map(calm);
  const room = new Room(max - REST.length - 2);

  const head = room.always([[`${icon} `, bold(cut(calm(heading.trim()), Math.floor(max / 4)))]]);
  const opening = first === '' ? [] : room.always([[cutSentence(first, Math.floor(max / 2))]]);
  room.shortened ||= calm(heading.trim()).length > max / 4 || first.length > max / 2;
  const links = room.block(linkLines(message, markup, room), Math.floor(max / 4));
  const facts = room.block(
    message.facts.map(([label, value]) => [`${calm(label)}: ${calm(value)}`]),
    Infinity,
  );
  const list = room.block(
    items.map(({ mood: own, id, text }) => [
      `${MOODS[own].icon} ${MOODS[own].word} `,
      { tag: 'code', text: calm(id) },
      `: ${calm(text)}`,
    ]),
    Infinity,
    Math.max(0, total - items.length),
    ITEM_LINES,
  );
  const rest = others
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => room.block([[paragraph]], Infinity, 0, [1_000]));
  const ends = sections.map(({ title: about, lines }) => {
    const shown = room.block(
      lines.map((line) => [`• ${calm(line)}`]),
      Infinity,
      0,
      [MAX_LINE],
      [bold(cut(`${calm(about)}:`, MAX_LINE))],
    );
    return shown;
  });

  const blocks = [head, opening, ...rest, facts, list, ...ends, room.shortened ? [[REST]] : [], links];
  const spare = MAX_ENTITIES - links.length;
  const { text, entitiesLength } = written(blocks, markup ? spare : 0);
  return { text, entitiesLength, attachment: attachmentOf(message, room.shortened) };
}

/** What of a message fits. Blocks are given by importance and put in order later. */
class Room {
  shortened = false;
  #left: number;

  constructor(max: number) {
    this.#left = max;
  }

  always(lines: readonly Line[]): readonly Line[] {
    this.#left -= sizeOf(lines);
    return lines;
  }

  /**
   * As many of the lines as fit, and how many more there are.
   * @param atMost of the room that is left.
   * @param hidden lines that are not here, and count as more.
   * @param lineLimits most of a line, the largest first; smaller ones are for when not all would fit.
   */
  block(
    lines: readonly Line[],
    atMost: number,
    hidden = 0,
    lineLimits: readonly number[] = [MAX_LINE],
    heading: Line | null = null,
  ): readonly Line[] {
    if (lines.length === 0) return [];
    const top = heading === null ? [] : [heading];
    const room = Math.min(atMost, this.#left);
    const end = hidden > 0 ? [moreLine(hidden)] : [];
    const shorter = lineLimits.map((max) => lines.map((line) => shortLine(line, max)));
    const short = shorter.find((all) => sizeOf([...top, ...all, ...end]) <= room) ?? shorter.at(-1) ?? [];
    this.shortened ||= short.some((line, index) => line !== lines[index]);
    for (let count = short.length; count > 0; count--) {
      const more = short.length - count + hidden;
      const taken = [...top, ...short.slice(0, count), ...(more > 0 ? [moreLine(more)] : [])];
      if (sizeOf(taken) > room) continue;
      this.#left -= sizeOf(taken);
      this.shortened ||= count < short.length;
      return taken;
    }
    this.shortened = true;
    return [];
  }
}

/** The line itself when it is short enough. */
function shortLine(line: Line, max: number): Line {
  if (lengthOf(line) <= max) return line;
  const pieces: Piece[] = [];
  let left = max;
  for (const piece of line) {
    if (left < 2) break;
    const text = cut(textOf(piece), left);
    pieces.push(typeof piece === 'string' ? text : { ...piece, text });
    left -= text.length;
  }
  return pieces;
}

/** With the empty line that parts it from the next. */
const sizeOf = (lines: readonly Line[]): number => lines.reduce((sum, line) => sum + lengthOf(line) + 1, 1);

const moreLine = (more: number): Line => [`… and ${more.toLocaleString('en')} more`];

function linkLines({ links }: Message, markup: boolean, room: Room): readonly Line[] {
  const short = links.filter(({ url }) => url.length <= MAX_URL);
  const taken = short.slice(0, MAX_LINKS);
  room.shortened ||= taken.length < links.length;
  return taken.map(({ label, url }): Line => {
    const name = cut(calm(label), 80);
    if (markup && name !== '' && isLinkable(url)) return [{ href: url, text: name }];
    return [`${name}: ${oneLine(url)}`];
  });
}

/** Telegram makes no link of an address without a dot in its host (such as `localhost`), and says nothing of it then. */
function isLinkable(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return (
    ['http:', 'https:'].includes(protocol) && hostname.includes('.') && !/[\s\p{Cc}\p{Surrogate}]/u.test(url)
  );
}

function written(
  blocks: readonly (readonly Line[])[],
  tags: number,
): { readonly text: string; readonly entitiesLength: number } {
  let left = tags;
  let entitiesLength = -2;
  const texts = blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => {
      entitiesLength += sizeOf(lines);
      return lines.map((line) => line.map((piece) => htmlOf(piece)).join('')).join('\n');
    });
  return { text: texts.join('\n\n'), entitiesLength };

  function htmlOf(piece: Piece): string {
    // Without markup nothing has to be escaped.
    const text = tags === 0 ? textOf(piece) : escapeHtml(textOf(piece));
    if (typeof piece === 'string' || text === '') return text;
    if ('href' in piece) return `<a href="${escapeHtml(piece.href)}">${text}</a>`;
    if (left <= 0) return text;
    left -= 1;
    return `<${piece.tag}>${text}</${piece.tag}>`;
  }
}

function attachmentOf(message: Message, shortened: boolean): TelegramText['attachment'] {
  const { attachment } = message;
  const name = fileName(attachment?.name ?? 'message.txt');
  if (!shortened) return attachment === null ? null : { name, text: attachment.text };
  const whole = wholeText(message);
  return { name, text: attachment === null ? whole : `${whole}\n${attachment.text}` };
}

/** A name that needs no quotes in a header. */
function fileName(name: string): string {
  const plain = cut(name.replaceAll(/[^\w.-]+/g, '_'), 60).replace('…', '');
  return /\w/.test(plain) ? plain : 'list.txt';
}

/** All of a message, for a file. */
function wholeText({ title, text, facts, items, total, sections, links }: Message): string {
  const more = total - items.length;
  const blocks = [
    [title],
    ...text.map((paragraph) => [paragraph]),
    facts.map(([label, value]) => `${label}: ${value}`),
    [
      ...items.map(({ mood, id, text: words }) => `${MOODS[mood].word} ${id}: ${words}`),
      ...(more > 0 ? [`… and ${more.toLocaleString('en')} more`] : []),
    ],
    ...sections.map((one) => [`${one.title}:`, ...one.lines.map((line) => `- ${line}`)]),
    links.map(({ label, url }) => `${label}: ${url}`),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.map(oneLine).join('\n')}\n`)
    .join('\n');
}
