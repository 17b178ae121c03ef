import type { PushFeed, PushLink, PushListener } from '../push-feed.ts';

/** A feed that tells what a test tells it to tell. */
export class FakePushFeed implements PushFeed {
  readonly name = 'stream';
  listener: PushListener | undefined;
  stops = 0;
  status: PushLink = {
    state: 'live',
    since: 0,
    lastFrameAt: null,
    reconnects: 0,
    lastError: null,
    nextTryAt: null,
    ignored: new Map(),
  };

  start(listener: PushListener): void {
    this.listener = listener;
  }

  async stop(): Promise<void> {
    this.stops += 1;
    this.listener = undefined;
  }

  link(): PushLink {
    return this.status;
  }

  tell(...mints: readonly string[]): void {
    for (const mint of mints) this.listener?.onMint(mint);
  }
}
