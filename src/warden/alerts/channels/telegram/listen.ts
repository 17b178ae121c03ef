import type { Update } from 'grammy/types';
import type { Clock, Logger } from '../../../../kernel/index.ts';
import type { Desk } from '../channel.ts';
import type { Message } from '../../message.ts';
import { chatNow, rememberMove, sendLetter, type Letter, type Post } from './send.ts';
import { HELP, SILENCE_MS, type Command } from './commands.ts';
import { telegramHtml, type TelegramText } from './html.ts';
import { BannedError, deliveryOf, refusalOf, type Outcome } from './outcome.ts';
import { keyboardFor, type Press } from './keyboard.ts';
import { calm, cut, escapeHtml } from './text.ts';
import { askedOf, type Asked, type Asker } from './updates.ts';

const POLL_S = 50;
/** What Telegram may take longer than it was asked to. */
const POLL_GRACE_MS = 15_000;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 5 * 60_000;
/** After so long without trouble the next one is a new one. */
const STEADY_MS = 2 * 60_000;
/** Where a poll ends at once and with nothing. */
const EMPTY_PAUSE_MS = 1_000;
/** An answer that comes later than that is not waited for. */
const ANSWER_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 24 * 3_600_000;
const PRESSED_LATE =
  'Too late: that button was pressed while nobody listened, and nothing was done. Press it again if it still holds.';
const TOO_OLD = /query is too old|query ID is invalid/i;

/** Options of {@link listen}. */
export interface ListenOptions {
  readonly desk: Desk;
  readonly clock: Clock;
  readonly log: Logger;
  /** As they are configured. */
  readonly chats: readonly string[];
  readonly post: Post;
  /** Without secrets, for the log. */
  readonly hide: (text: string) => string;
}

/** Hears what people ask for, until the signal aborts. Never rejects. */
export async function listen(options: ListenOptions): Promise<void> {
  const { clock, log, hide, post } = options;
  const { bot, memory, signal } = post;
  const ear = new Ear(options);
  let pauseMs = FIRST_PAUSE_MS;
  let trouble = '';
  let troubleAtMs = 0;
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    try {
      const beganMs = clock.monotonic();
      const updates = await ear.poll();
      const nowMs = clock.monotonic();
      if (trouble !== '' && nowMs - troubleAtMs >= STEADY_MS) {
        log.info('Commands from Telegram are heard again.');
        trouble = '';
        pauseMs = FIRST_PAUSE_MS;
      }
      await ear.hear(updates);
      if (updates.length === 0 && nowMs - beganMs < EMPTY_PAUSE_MS) await clock.sleep(EMPTY_PAUSE_MS, signal);
    } catch (error) {
      if (isOver()) return;
      const outcome = deliveryOf(error, { name: post.name, chat: options.chats[0] ?? '' });
      // A pause after something else was said of then.
      const isOurs = error instanceof BannedError;
      const why = isOurs ? trouble : hide(whyDeaf(error, outcome));
      if (why !== trouble)
        log.warning('Commands from Telegram are not heard; it is tried again.', { channel: post.name, why });
      trouble = why;
      troubleAtMs = clock.monotonic();
      // Two who listen for one bot interrupt each other: who waits longer leaves it to the other.
      const leastMs = outcome.kind === 'later' ? Math.min(outcome.retryAfterMs ?? 0, LONGEST_WAIT_MS) : 0;
      await clock
        .sleep(Math.max(isOurs ? 0 : pauseMs, leastMs, bot.banLeftMs(memory)), signal)
        .catch(() => undefined);
      if (!isOurs) pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }
}

/** Why nothing is heard, and what to do about it. Pure. */
function whyDeaf(error: unknown, outcome: Outcome): string {
  const refusal = refusalOf(error);
  if (refusal?.code !== 409)
    return outcome.kind === 'later' && refusal?.code === 429
      ? 'Too much for Telegram at a time.'
      : outcome.why;
  return /webhook is active/i.test(refusal.description)
    ? 'A webhook is set for this bot, and Telegram tells all to it: delete it (deleteWebhook), or set `commands` to false.'
    : 'Another program listens with the same token: stop it, use a token of its own for each, or set `commands` to false in all but one.';
}

class Ear {
  readonly #options: ListenOptions;
  readonly #key: string;
  #offset: number | undefined;
  #own: string | undefined;

  constructor(options: ListenOptions) {
    this.#options = options;
    const { bot, memory } = options.post;
    // The numbers of updates are the bot's own.
    this.#key = `offset:${bot.id}`;
    const offset = Number(memory.memory[this.#key]);
    if (Number.isSafeInteger(offset) && offset > 0) this.#offset = offset;
  }

  async poll(): Promise<readonly Update[]> {
    const { bot, memory, signal } = this.#options.post;
    this.#own ??= (
      await bot.call('the request for the name of the bot', memory, signal, (api, limited) =>
        api.getMe(limited),
      )
    ).username;
    const offset = this.#offset;
    return bot.call(
      'the request for what people ask',
      memory,
      signal,
      (api, limited) =>
        api.getUpdates(
          {
            timeout: POLL_S,
            allowed_updates: ['message', 'channel_post', 'callback_query'],
            ...(offset === undefined ? {} : { offset }),
          },
          limited,
        ),
      1_000 * POLL_S + POLL_GRACE_MS,
    );
  }

  async hear(updates: readonly Update[]): Promise<void> {
    const { log, hide, post } = this.#options;
    const late = new Map<string, { readonly asker: Asker; readonly ageMs: number; count: number }>();
    for (const update of updates) {
      if (post.signal.aborted) return;
      // First: what is executed twice is worse than what has to be asked for again.
      this.#offset = update.update_id + 1;
      post.memory.remember(this.#key, String(this.#offset));
      try {
        const asked = askedOf(update, this.#hearing());
        if (asked.kind === 'late')
          late.set(asked.asker.chat, { ...asked, count: (late.get(asked.asker.chat)?.count ?? 0) + 1 });
        else await this.#answer(asked);
      } catch (error) {
        const { why } = deliveryOf(error, { name: post.name, chat: '' });
        log.warning('What somebody asked for in Telegram could not be answered.', {
          channel: post.name,
          why: hide(error instanceof Error && refusalOf(error) === null ? `${why} (${error.name})` : why),
        });
      }
    }
    for (const { asker, ageMs, count } of late.values()) await this.#say(asker, ours(lateText(ageMs, count)));
  }

  #hearing() {
    const { chats, clock, post } = this.#options;
    const known = chats.flatMap((chat) => [
      chat,
      chatNow(chat, post.memory.memory),
      this.#moves.get(chat) ?? chat,
    ]);
    return { chats: new Set(known), own: this.#own ?? '', nowMs: clock.now() };
  }

  readonly #moves = new Map<string, string>();

  async #answer(asked: Exclude<Asked, { kind: 'late' }>): Promise<void> {
    const { desk, chats, post } = this.#options;
    switch (asked.kind) {
      case 'nothing':
        return;
      case 'ignored':
        desk.ignored();
        return;
      case 'moved':
        if (!chats.includes(asked.from)) return;
        this.#moves.set(asked.from, asked.to);
        rememberMove(asked.from, asked.to, post.memory);
        return;
      case 'command':
        await this.#say(asked.asker, executed(asked.command, asked.asker.by, desk));
        return;
      case 'press':
        await this.#press(asked);
    }
  }

  /** Telegram tells by its answer whether somebody still waits: an old press is not executed. */
  async #press({ asker, queryId, press }: Extract<Asked, { kind: 'press' }>): Promise<void> {
    const { desk, post } = this.#options;
    const { bot, memory, signal } = post;
    try {
      await bot.call('the answer to a button', memory, signal, (api, limited) =>
        api.answerCallbackQuery(queryId, {}, limited),
      );
    } catch (error) {
      if (TOO_OLD.test(refusalOf(error)?.description ?? '')) {
        await this.#say(asker, ours(PRESSED_LATE));
        return;
      }
      // The answer is a courtesy: what was asked for is done without it.
    }
    const answer = executed(press, asker.by, desk);
    if (press.what === 'ack') await this.#removeButtons(asker);
    await this.#say(asker, answer);
  }

  async #removeButtons({ chat, messageId }: Asker): Promise<void> {
    const { log, hide, post } = this.#options;
    try {
      await post.bot.call('the removal of the buttons', post.memory, post.signal, (api, limited) =>
        api.editMessageReplyMarkup(chat, messageId, {}, limited),
      );
    } catch (error) {
      log.debug('The buttons stay.', { why: hide(deliveryOf(error, { name: post.name, chat }).why) });
    }
  }

  async #say(asker: Asker, answer: Answer): Promise<void> {
    const { clock, log, hide, post } = this.#options;
    const letter: Letter = {
      chat: asker.chat,
      topic: asker.topic,
      replyTo: asker.messageId,
      // Who asked is looking.
      silent: true,
      buttons:
        answer.kind === 'message' && answer.message.about !== null ? keyboardFor(answer.message.about) : null,
      render: (form) => answerText(answer, form),
    };
    let sent = await sendLetter(letter, post);
    if (sent.kind === 'later' && sent.retryAfterMs !== null && sent.retryAfterMs <= ANSWER_WAIT_MS) {
      await clock.sleep(sent.retryAfterMs, post.signal);
      sent = await sendLetter(letter, post);
    }
    if (sent.kind !== 'sent' && !post.signal.aborted)
      log.warning('An answer in Telegram was not delivered.', { channel: post.name, why: hide(sent.why) });
  }
}

/** What is answered: a message, a sentence of the desk, or one of ours, in which commands may be tapped. */
type Answer =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'desk' | 'ours'; readonly text: string };

const ours = (text: string): Answer => ({ kind: 'ours', text });
const desked = (text: string): Answer => ({ kind: 'desk', text });
const told = (message: Message): Answer => ({ kind: 'message', message });

function executed(asked: Command | Press, by: string, desk: Desk): Answer {
  if ('what' in asked) {
    const { what, id } = asked;
    if (what === 'ack') return desked(desk.ack(id, by));
    if (what === 'silence') return desked(desk.silence(id, SILENCE_MS, by));
    const details = desk.details(id);
    return details === null
      ? ours('That alert is not known any more; /alerts lists those there are.')
      : told(details);
  }
  switch (asked.kind) {
    case 'status':
      return told(desk.status());
    case 'alerts':
      return told(desk.alerts());
    case 'help':
      return ours(HELP);
    case 'ack':
      return desked(desk.ack(asked.id, by));
    case 'silence':
      return desked(desk.silence(asked.id, asked.forMs, by));
    case 'maintenance':
      return desked(desk.maintenance(asked.forMs, by));
    case 'unknown':
      return ours(`There is no command "${asked.word}"; /help lists them.`);
    case 'bad':
      return ours(asked.why);
  }
}

function lateText(ageMs: number, count: number): string {
  const minutes = Math.max(1, Math.floor(ageMs / 60_000));
  const age = minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
  return count === 1
    ? `Too late: that came ${age} ago, while nobody listened, and was not done. Send it again if it still holds.`
    : `Too late: ${count} commands came while nobody listened, the last one ${age} ago, and were not done. Send again what still holds.`;
}

function answerText(answer: Answer, form: { readonly markup: boolean; readonly max: number }): TelegramText {
  if (answer.kind === 'message') return telegramHtml(answer.message, form);
  const words = answer.kind === 'ours' ? answer.text : answer.text.split('\n').map(calm).join('\n');
  const text = cut(words.trim() === '' ? 'Done.' : words, form.max);
  return { text: form.markup ? escapeHtml(text) : text, entitiesLength: text.length, attachment: null };
}
