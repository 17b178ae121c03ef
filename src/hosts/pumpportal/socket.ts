/** What a connection reports. After `onClose` nothing more comes. */
export interface FeedSocketEvents {
  onMessage(text: string): void;
  onPong(): void;
  /** Called once, also after `terminate`; `cause` is for people. */
  onClose(cause: string): void;
}

/** A connection that is open. None of its methods throws, also when it has closed already. */
export interface FeedSocket {
  send(text: string): void;
  ping(): void;
  /** Asks the other side to close; it may not answer. */
  close(): void;
  /** Ends at once. */
  terminate(): void;
}

/** How the feed reaches PumpPortal: over the network, or a market in this process. */
export interface FeedTransport {
  /** Where frames come from, for people. */
  readonly origin: string;
  /**
   * Opens a connection. Events may come from the moment it is open, none before.
   * @throws when there is none: refused, too slow, or `signal` aborted; then nothing is left open.
   */
  connect(events: FeedSocketEvents, signal: AbortSignal): Promise<FeedSocket>;
}
