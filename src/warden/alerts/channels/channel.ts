import type { Clock, Logger } from '../../../kernel/index.ts';
import type { z } from 'zod';
import type { Message } from '../message.ts';
import type { Notice } from '../notice.ts';

/** What became of an attempt to deliver. */
export type Delivery =
  /** `ref`: what the channel calls it, for answers in its thread. `why`: what had to be left out or done otherwise. */
  | { readonly kind: 'sent'; readonly ref: string | null; readonly why?: string }
  /** It may go another time. With `retryAfterMs` the channel is not to be called at all before. */
  | { readonly kind: 'later'; readonly why: string; readonly retryAfterMs: number | null }
  /** This message will never be taken; others may. */
  | { readonly kind: 'refused'; readonly why: string }
  /** Nothing will be taken until a person changes something: a wrong token, a bot that was thrown out. */
  | { readonly kind: 'dead'; readonly why: string };

/** What a channel is told beside what to deliver. */
export interface DeliveryContext {
  /** The same at each attempt: a receiver that knows such keys takes it once. */
  readonly key: string;
  /** `ref` of the first message of the same thread in this channel; null when there is none. */
  readonly thread: string | null;
  readonly signal: AbortSignal;
  /** What the channel kept, also over restarts. */
  readonly memory: Readonly<Record<string, string>>;
  /** Keeps something over restarts, with the outcome of this attempt. */
  readonly remember: (key: string, value: string) => void;
}

/** How often a channel may be called. */
export interface Pace {
  readonly calls: number;
  readonly perMs: number;
}

/** Where notices go. It only delivers: what, when, how often and in which order is decided before. */
export interface Channel {
  /** Never rejects, and ends soon after `signal` is aborted. */
  deliver(notice: Notice, message: Message, context: DeliveryContext): Promise<Delivery>;
  /** All of them hold at any moment. Left out: as fast as it answers. */
  readonly paces?: readonly Pace[];
  /** Looks whether it would work, without telling anybody. Never rejects. Left out where there is no such way. */
  check?(signal: AbortSignal): Promise<{ readonly ok: boolean; readonly why: string }>;
  /** Listens to what people ask for in it, until aborted. Never rejects. Left out where nobody can. */
  listen?(desk: Desk, context: Pick<DeliveryContext, 'signal' | 'memory' | 'remember'>): Promise<void>;
  /** Ends what it has open. Never rejects. */
  close?(): Promise<void>;
}

/** What people may ask for in a channel. Answers are sentences, or messages. `by` names who asks. */
export interface Desk {
  status(): Message;
  alerts(): Message;
  /** Null for one that is not known. */
  details(id: string): Message | null;
  ack(id: string, by: string): string;
  silence(id: string, forMs: number, by: string): string;
  /** Null ends it. */
  maintenance(forMs: number | null, by: string): string;
  /** Somebody who may not ask has asked. */
  ignored(): void;
}

/** What a channel is made with. */
export interface ChannelPorts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Name of this channel in the configuration. */
  readonly name: string;
  /** Of this service, for the receiver. */
  readonly source: string;
  /** Writes for people at the terminal; null where nobody sees it. */
  readonly print: ((text: string) => void) | null;
}

/** A kind of channel: a file in this folder and a line in `table.ts`. */
export interface ChannelType<Schema extends z.ZodType = z.ZodType> {
  readonly type: string;
  /** One sentence for the reference of the configuration. */
  readonly about: string;
  /** Its settings, without `type`. Durations come out in ms; secrets have names that end in `token`, `password`, `secret` or `url`. */
  readonly schema: Schema;
  /** Loads what it needs only now. @throws when it cannot work with these settings. */
  create(settings: z.output<Schema>, ports: ChannelPorts): Promise<Channel>;
}
