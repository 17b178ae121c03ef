import type { ServerResponse } from 'node:http';
import type { JournalEntry, JournalGap } from '../../contract/index.ts';
import type { CancelTimer, Clock } from '../../kernel/index.ts';
import type { HttpLimits } from '../options.ts';
import type { ServiceView } from '../ports.ts';
import { eventText, journalText, resumeAt } from './event-text.ts';
import { JournalFeed } from './journal-feed.ts';

/** How long a browser waits before it comes back. */
const RETRY_MS = 2_000;

/** Options of {@link Stream}. */
export interface StreamOptions {
  readonly clock: Clock;
  readonly view: ServiceView;
  readonly limits: Pick<HttpLimits, 'streamBufferBytes' | 'streamStallMs' | 'replayEntries' | 'heartbeatMs'>;
  /** Already has its head. */
  readonly response: ServerResponse;
  readonly lastEventId: number | undefined;
  /** Asked at each heartbeat. */
  readonly mayGoOn: () => boolean;
  readonly onEnd: () => void;
  readonly onError: (error: unknown) => void;
}

/** One reader of `/api/events`. */
export class Stream {
  readonly #options: StreamOptions;
  readonly #feed: JournalFeed;
  readonly #gap: JournalGap | null;
  readonly #after: number;
  #cancelHeartbeat: CancelTimer = () => undefined;
  #ended = false;

  constructor(options: StreamOptions) {
    this.#options = options;
    const { response, view, limits, lastEventId } = options;
    response.once('close', () => {
      this.#finish();
    });
    response.on('error', () => {
      this.#finish();
    });
    const { after, gap } = resumeAt(lastEventId, view.lastSeq(), limits.replayEntries);
    this.#after = after;
    this.#gap = gap;
    this.#feed = new JournalFeed({
      after,
      read: (seq, limit) => view.journalAfter(seq, limit),
      send: (entry) => {
        this.#write(journalText(entry));
      },
      isFlowing: () => !this.#ended && !response.writableNeedDrain,
      ready: () => this.#drained(),
      onError: (error) => {
        options.onError(error);
        this.end();
      },
    });
  }

  /** Sends what the reader needs first, then what it missed. */
  start(): void {
    const { view, lastEventId } = this.#options;
    this.#write(`retry: ${RETRY_MS}\n\n${eventText('state', view.overview())}`);
    // The id moves the reader's position over the gap, or it would hit it again when it comes back.
    if (this.#gap !== null) this.#write(eventText('journal-gap', this.#gap, this.#after));
    if (lastEventId !== undefined) this.#feed.catchUp();
    this.#beat();
  }

  journal(entries: readonly JournalEntry[]): void {
    this.#feed.publish(entries);
  }

  /** An event that is only ever the latest, as text. */
  latest(text: string): void {
    this.#write(text);
  }

  /** Closes the stream; a browser comes back by itself. */
  end(): void {
    this.#options.response.end();
    this.#finish();
  }

  #beat(): void {
    if (this.#ended) return;
    this.#cancelHeartbeat = this.#options.clock.schedule(this.#options.limits.heartbeatMs, () => {
      if (!this.#options.mayGoOn()) {
        this.end();
        return;
      }
      this.#write(': alive\n\n');
      this.#beat();
    });
  }

  #write(text: string): void {
    if (this.#ended) return;
    const { response, limits } = this.#options;
    if (response.writableLength > limits.streamBufferBytes) {
      response.destroy();
      this.#finish();
      return;
    }
    response.write(text);
  }

  /** Resolves when the socket has taken everything; false when it does not within its time, or is gone. */
  #drained(): Promise<boolean> {
    const { clock, limits, response } = this.#options;
    return new Promise((resolve) => {
      if (this.#ended || !response.writableNeedDrain) {
        resolve(!this.#ended);
        return;
      }
      const settle = (flowing: boolean): void => {
        cancel();
        response.off('drain', onDrain);
        response.off('close', onClose);
        resolve(flowing);
      };
      const onDrain = (): void => {
        settle(true);
      };
      const onClose = (): void => {
        settle(false);
      };
      const cancel = clock.schedule(limits.streamStallMs, () => {
        settle(false);
        response.destroy();
        this.#finish();
      });
      response.once('drain', onDrain);
      response.once('close', onClose);
    });
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancelHeartbeat();
    this.#options.onEnd();
  }
}
