/** What a feed that tells by itself reports while it runs. */
export interface PushListener {
  /** A token to watch. */
  onMint(mint: string): void;
  /** From now on it is proven to tell of every token. */
  onLive(): void;
  /**
   * It does not tell any more.
   * @param provenAgoMs how long ago it was last proven to be alive.
   */
  onLost(provenAgoMs: number, cause: string): void;
}

/** How it is with the connection of such a feed. Times are wall-clock milliseconds. */
export interface PushLink {
  readonly state: 'live' | 'connecting' | 'waiting' | 'stopped';
  /** Since when it is live; otherwise since when it is not. */
  readonly since: number;
  /** Silence of minutes is normal; how long is too long is for a rule to judge. */
  readonly lastFrameAt: number | null;
  /** Connections after the first. */
  readonly reconnects: number;
  /** Why the last connection was lost or refused; null while live. */
  readonly lastError: string | null;
  readonly nextTryAt: number | null;
  /** Frames that named no token to watch, by reason. */
  readonly ignored: ReadonlyMap<string, number>;
}

/** A feed that tells of tokens by itself and heals its own connection, such as a WebSocket. */
export interface PushFeed {
  readonly name: string;
  start(listener: PushListener): void;
  /** Never rejects; nothing is left open. */
  stop(): Promise<void>;
  link(): PushLink;
}
