import { AbortedError, TimeoutError } from '../../../../kernel/index.ts';
import type { Delivery } from '../channel.ts';
import { cut, oneLine } from './text.ts';

/** What can be left out of a request, so that Telegram takes the rest. */
export type Part = 'markup' | 'reply' | 'topic' | 'buttons' | 'length';

/** What to do about a request that failed. */
export type Outcome =
  | Exclude<Delivery, { kind: 'sent' }>
  /** The group has become another chat. */
  | { readonly kind: 'moved'; readonly chatId: string; readonly why: string }
  /** Without its markup it would be taken. */
  | { readonly kind: 'plain'; readonly why: string }
  /** Without this part it would be taken. */
  | { readonly kind: 'without'; readonly part: Exclude<Part, 'markup'>; readonly why: string };

/** Whom the sentences are about. */
export interface Whom {
  /** Name of the channel in the configuration. */
  readonly name: string;
  readonly chat: string;
}

/** Telegram is asking for a pause, and was not called. */
export class BannedError extends Error {
  override readonly name = 'BannedError';
  readonly leftMs: number;

  constructor(leftMs: number) {
    super('Telegram asks for a pause');
    this.leftMs = leftMs;
  }
}

/** An answer of Telegram that says no. */
export interface Refusal {
  /** Null where it did not come with one. */
  readonly code: number | null;
  readonly description: string;
  readonly retryAfterMs: number | null;
  readonly movedTo: string | null;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** What Telegram said, from its body or from the error that the library makes of it; null when it said nothing. Pure. */
export function refusalOf(error: unknown): Refusal | null {
  if (!isRecord(error) || error['ok'] !== false) return null;
  const { error_code: code, description, parameters } = error;
  const text = typeof description === 'string' ? description : '';
  const { retry_after: seconds, migrate_to_chat_id: chat } = isRecord(parameters) ? parameters : {};
  const wait = typeof seconds === 'number' ? seconds : Number(/retry after (\d+)/i.exec(text)?.[1] ?? NaN);
  return {
    code: typeof code === 'number' ? code : null,
    description: text,
    retryAfterMs: Number.isFinite(wait) && wait >= 0 ? Math.ceil(1_000 * wait) : null,
    movedTo: typeof chat === 'number' || typeof chat === 'string' ? String(chat) : null,
  };
}

/** When Telegram says that it is too much, and not for how long. */
const UNKNOWN_PAUSE_MS = 60_000;

type Rule = readonly [pattern: RegExp, what: (whom: Whom) => Outcome];
const dead =
  (what: (whom: Whom) => string) =>
  (whom: Whom): Outcome => ({ kind: 'dead', why: what(whom) });
const without = (part: Exclude<Part, 'markup'>, why: string) => (): Outcome => ({
  kind: 'without',
  part,
  why,
});

const noSuchChat = dead(
  ({ name, chat }) =>
    `Telegram knows no chat ${chat} that the bot may write to: correct \`chat_id\` of the channel ${name}, or add the bot to the chat.`,
);
const mayNotWrite = dead(
  ({ chat }) =>
    `The bot may not write in the chat ${chat}: allow it to send messages there, or make it an administrator.`,
);
const badToken = dead(
  ({ name }) =>
    `Telegram does not know the token: get it from @BotFather and set it as \`token\` of the channel ${name}.`,
);
const thrownOut = dead(({ chat }) => `The bot is not in the chat ${chat} any more: add it again.`);

/** By what Telegram says; its codes alone say too little. The first that matches counts. */
const RULES: readonly Rule[] = [
  [
    /can't parse entities|entities too long|ENTITY_/i,
    () => ({ kind: 'plain', why: 'Telegram could not read the markup, so it went as plain text.' }),
  ],
  [
    /message is too long|MESSAGE_TOO_LONG/i,
    without('length', 'Telegram found it too long, so it went shortened.'),
  ],
  [
    /message thread not found|TOPIC_(?:CLOSED|DELETED|ID_INVALID)|THREAD_NOT_FOUND/i,
    without('topic', 'The topic is gone or closed, so it went to the chat itself.'),
  ],
  [
    /repl(?:y|ied) message not found|message to (?:reply|be replied) not found|REPLY_/i,
    without('reply', 'The message to answer is gone, so it went as a new one.'),
  ],
  [
    /BUTTON_|reply markup|inline keyboard/i,
    without('buttons', 'Telegram did not take the buttons, so it went without.'),
  ],
  [
    /group (?:chat )?(?:is|was) deactivated|group is deactivated/i,
    dead(
      ({ name, chat }) =>
        `The group ${chat} is closed for good: set \`chat_id\` of the channel ${name} to another chat.`,
    ),
  ],
  [
    /blocked by the user/i,
    dead(
      ({ chat }) => `The user of the chat ${chat} has blocked the bot: they have to unblock it in Telegram.`,
    ),
  ],
  [/kicked|not a member/i, thrownOut],
  [
    /can't initiate conversation/i,
    dead(
      ({ chat }) =>
        `A bot may not write first: the user of the chat ${chat} has to open the bot in Telegram and press Start.`,
    ),
  ],
  [
    /user is deactivated/i,
    dead(
      ({ name, chat }) =>
        `The account behind the chat ${chat} is deleted: set \`chat_id\` of the channel ${name} to another chat.`,
    ),
  ],
  [
    /messages to (?:bots|the bot)/i,
    dead(
      ({ name, chat }) =>
        `The chat ${chat} is a bot, and bots do not hear each other: set \`chat_id\` of the channel ${name} to a person or a group.`,
    ),
  ],
  [/chat not found|user not found|PEER_ID_INVALID|chat_id is empty/i, noSuchChat],
  [
    /not enough rights to send (?:photos|documents|media|files)/i,
    ({ chat }) => ({
      kind: 'refused',
      why: `The bot may not send files in the chat ${chat}: allow it to send media there.`,
    }),
  ],
  [
    /not enough rights|have no rights|CHAT_WRITE_FORBIDDEN|CHAT_RESTRICTED|CHAT_SEND_\w+_FORBIDDEN|administrator rights/i,
    mayNotWrite,
  ],
];

/** What to do about an attempt that failed: with what Telegram said, or with why it said nothing. Pure. */
export function deliveryOf(error: unknown, whom: Whom = { name: 'telegram', chat: '' }): Outcome {
  const refusal = refusalOf(error);
  return refusal === null ? unanswered(error) : answered(refusal, whom);
}

function answered(refusal: Refusal, whom: Whom): Outcome {
  const { code, description, retryAfterMs, movedTo } = refusal;
  const said = description === '' ? 'nothing more' : `"${cut(oneLine(description), 200)}"`;
  if (code === 429)
    return {
      kind: 'later',
      why: `Too much for Telegram at a time: ${said}.`,
      retryAfterMs: retryAfterMs ?? UNKNOWN_PAUSE_MS,
    };
  if (code === null)
    return { kind: 'later', why: `Telegram refused and did not say why: ${said}.`, retryAfterMs: null };
  if (code >= 500)
    return { kind: 'later', why: `Telegram has trouble of its own (${code}): ${said}.`, retryAfterMs };
  if (movedTo !== null)
    return { kind: 'moved', chatId: movedTo, why: `The group ${whom.chat} has become the chat ${movedTo}.` };
  const rule = RULES.find(([pattern]) => pattern.test(description));
  if (rule) return rule[1](whom);
  // Without a known bot in its address Telegram answers 404.
  if (code === 401 || code === 404) return badToken(whom);
  if (code === 403) return { kind: 'dead', why: `The bot may not write in the chat ${whom.chat}: ${said}.` };
  if (code === 409)
    return { kind: 'later', why: `Telegram is busy with this bot: ${said}.`, retryAfterMs: null };
  return { kind: 'refused', why: `Telegram does not take this message (${code}): ${said}.` };
}

/** Never tells the text of an error of the network: the token is in the address. */
function unanswered(error: unknown): Outcome {
  const later = (why: string, retryAfterMs: number | null = null): Outcome => ({
    kind: 'later',
    why,
    retryAfterMs,
  });
  if (error instanceof BannedError) return later('Telegram has asked for a pause.', error.leftMs);
  if (error instanceof TimeoutError)
    return later(`Telegram did not answer within ${error.limitMs / 1_000} s.`);
  if (error instanceof AbortedError) return later('It was given up before Telegram answered.');
  const cause = isRecord(error) && isRecord(error['error']) ? error['error'] : error;
  const { code, type } = isRecord(cause) ? cause : {};
  if (typeof code === 'string' && /^[A-Z_0-9]+$/.test(code))
    return later(`Telegram cannot be reached (${code}).`);
  if (type === 'invalid-json')
    return later(
      'What answers for Telegram is not Telegram: its answer is no JSON, as of a proxy or a page of errors.',
    );
  if (type === 'no-redirect') return later('What answers for Telegram is not Telegram: it points elsewhere.');
  return later('Telegram cannot be reached, or its answer cannot be read.');
}
