import type { Pace } from '../channel.ts';

const OF_ALL: readonly Pace[] = [{ calls: 30, perMs: 1_000 }];
const OF_A_CHAT: readonly Pace[] = [{ calls: 1, perMs: 1_000 }];
const OF_A_GROUP: readonly Pace[] = [...OF_A_CHAT, { calls: 20, perMs: 60_000 }];

/** Groups and channels have negative ids, or a public name. */
const isGroup = (chat: string): boolean => /^[-@]/.test(chat);

/** How often Telegram lets a bot write into a chat. */
export const pacesOf = (chat: string): readonly Pace[] => (isGroup(chat) ? OF_A_GROUP : OF_A_CHAT);

/** How often a channel with one chat may be called. */
export const channelPaces = (chat: string): readonly Pace[] => [...pacesOf(chat), ...OF_ALL];

/** How long until one more call is within the paces, in ms; `past` are the times of earlier ones, oldest first. Pure. */
export function waitMs(paces: readonly Pace[], past: readonly number[], nowMs: number): number {
  let wait = 0;
  for (const { calls, perMs } of paces) {
    const first = past[past.length - calls];
    if (first !== undefined) wait = Math.max(wait, first + perMs - nowMs);
  }
  return wait;
}

const REMEMBERED = 30;

/** Remembers what was sent where. Times are those of the monotonic clock. */
export class Pacer {
  readonly #byChat = new Map<string, number[]>();
  readonly #all: number[] = [];

  /** How long until a message may go to the chat, in ms. */
  waitMs(chat: string, nowMs: number): number {
    return Math.max(
      waitMs(pacesOf(chat), this.#byChat.get(chat) ?? [], nowMs),
      waitMs(OF_ALL, this.#all, nowMs),
    );
  }

  /** A message went to the chat. */
  sent(chat: string, nowMs: number): void {
    const own = this.#byChat.get(chat) ?? [];
    this.#byChat.set(chat, own);
    for (const times of [own, this.#all]) {
      times.push(nowMs);
      if (times.length > REMEMBERED) times.shift();
    }
  }
}
