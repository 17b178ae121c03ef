import type { ServerResponse } from 'node:http';
import { describeError, type Clock, type Logger } from '../../kernel/index.ts';
import type { Caller } from '../call.ts';
import type { HttpLimits } from '../options.ts';
import type { ServiceView } from '../ports.ts';
import { eventText } from './event-text.ts';
import { Stream } from './stream.ts';

/** Options of {@link StreamHub}. */
export interface StreamHubOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly view: ServiceView;
  readonly limits: HttpLimits;
  /** Whether a caller that was let in may still read. */
  readonly mayGoOn: (caller: Caller) => boolean;
}

/** All event streams. It listens to the service once and makes each event's text once, however many read. */
export class StreamHub {
  readonly #options: StreamHubOptions;
  readonly #streams = new Set<Stream>();
  #unsubscribe: (() => void) | undefined;
  #closed = false;

  constructor(options: StreamHubOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#streams.size;
  }

  get isFull(): boolean {
    return this.#closed || this.#streams.size >= this.#options.limits.streams;
  }

  /** Starts a stream on a response whose head is written. */
  open(response: ServerResponse, caller: Caller, lastEventId: number | undefined): void {
    const { clock, view, limits, mayGoOn, log } = this.#options;
    // Before the stream reads where the journal stands, so that nothing falls between the two.
    this.#unsubscribe ??= this.#listen();
    const stream: Stream = new Stream({
      clock,
      view,
      limits,
      response,
      lastEventId,
      mayGoOn: () => mayGoOn(caller),
      onEnd: () => {
        this.#streams.delete(stream);
      },
      onError: (error) => {
        log.warning('an event stream could not read the journal', { error: describeError(error) });
      },
    });
    this.#streams.add(stream);
    try {
      stream.start();
    } catch (error) {
      // Its answer has begun: only its end can tell the reader to come again.
      log.error('an event stream could not begin', { error: describeError(error) });
      stream.end();
    }
  }

  /** Ends every stream. */
  close(): void {
    this.#closed = true;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    for (const stream of [...this.#streams]) stream.end();
  }

  #listen(): () => void {
    return this.#options.view.subscribe({
      onJournal: (entries) => {
        for (const stream of [...this.#streams]) stream.journal(entries);
      },
      onState: (overview) => {
        this.#latest('state', overview);
      },
      onTokens: (rows) => {
        this.#latest('tokens', rows);
      },
    });
  }

  #latest(name: 'state' | 'tokens', data: unknown): void {
    if (this.#streams.size === 0) return;
    const text = eventText(name, data);
    for (const stream of [...this.#streams]) stream.latest(text);
  }
}
