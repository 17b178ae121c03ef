/** What came back from one GET, before anything is made of it. */
export interface DexAnswer {
  readonly status: number;
  /** The media type as sent, e.g. `application/json; charset=utf-8`; empty when there was none. */
  readonly contentType: string;
  readonly body: string;
  /** The `Retry-After` header as sent. */
  readonly retryAfter?: string;
  /** How long the answer lay in a cache on its way, in seconds: the `Age` header as sent. */
  readonly age?: string;
}

/** How a GET reaches DexScreener: over the network, or a market in this process. */
export interface DexTransport {
  /**
   * @param path path and query, as in `/tokens/v1/solana/MINT1,MINT2`.
   * @throws when no answer came (refused, reset, DNS, aborted, body over the limit). Any status is an answer.
   */
  get(path: string, signal: AbortSignal): Promise<DexAnswer>;
  /** Requests that it has on their way at once, if there is a limit: what goes beyond waits in it. */
  readonly connections?: number;
  /** Where answers come from, for people: an origin such as `https://api.dexscreener.com`. */
  readonly origin: string;
  /** Lets go of the open connections; requests in flight end on them, later ones use new ones. */
  reset(): Promise<void>;
  close(): Promise<void>;
}
