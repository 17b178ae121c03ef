import { AbortedError, type Clock } from '../../kernel/index.ts';
import type { RefreshResult } from '../../contract/index.ts';
import type { DexClient, TokenRead } from '../dexscreener/index.ts';
import type { ReadOutcome } from './read.ts';
import { describeRefresh, storedAnswer } from './refresh-answer.ts';
import type { TokenRegistry } from './registry.ts';
import type { Token } from './token.ts';

/** What a read at once needs of the pipeline. */
export interface ReadNowPorts {
  readonly clock: Clock;
  readonly dex: Pick<DexClient, 'readPoolsFromAnywhere'>;
  readonly registry: Pick<TokenRegistry, 'begin' | 'end' | 'giveBack'>;
  readonly whole: (mint: string) => Token | undefined;
  /** Reads under way, with the tokens that they bring. */
  readonly beingRead: Map<readonly string[], Promise<void>>;
  readonly judge: (kind: 'batch' | 'full', token: Token, read: TokenRead) => ReadOutcome;
  /** Stores what came out and only then knows it. @throws when the store refuses. */
  readonly take: (outcome: ReadOutcome, kind: 'batch' | 'full') => Promise<void>;
}

/** Reads tokens because somebody asks for it. */
export interface ReadNow {
  /** Who asks while it is being read at once joins. */
  read(mint: string): Promise<RefreshResult | undefined>;
  /** Ends all of them; their tokens can be read anew. */
  giveUp(reason: Error): void;
}

export function createReadNow(ports: ReadNowPorts): ReadNow {
  const { clock, dex, registry, whole, beingRead, judge, take } = ports;
  const joinable = new Map<string, Promise<RefreshResult | undefined>>();
  const underWay = new Set<readonly [string]>();
  let giveUp = new AbortController();

  const read = async (own: readonly [string], before: Token): Promise<RefreshResult | undefined> => {
    const [mint] = own;
    const { signal } = giveUp;
    const startedMs = clock.monotonic();
    registry.begin(own);
    try {
      const answer = await dex.readPoolsFromAnywhere(
        mint,
        () => storedAnswer(whole(mint) ?? before, clock.now()),
        signal,
      );
      // One that was planned before is to be taken over whole, or each would undo what the other has found.
      for (const [mints, work] of beingRead) if (mints !== own && mints.includes(mint)) await work;
      if (signal.aborted) throw new AbortedError(`the read of ${mint}`, signal.reason);
      const token = whole(mint);
      if (token === undefined) return undefined;
      if (answer.freshness === 'fresh') {
        const kind = showsAll(token, answer.value) ? 'full' : 'batch';
        await take(judge(kind, token, answer.value), kind);
        registry.end(own, kind, startedMs);
      }
      return describeRefresh(token, answer, clock.now());
    } finally {
      // One that was given up is given back already, and may be read anew.
      if (!signal.aborted) registry.giveBack(own);
    }
  };

  return {
    read(mint) {
      const before = whole(mint);
      const joined = joinable.get(mint);
      if (joined || before === undefined) return joined ?? Promise.resolve(undefined);
      const own = [mint] as const;
      const reading = read(own, before);
      const work = reading
        .then(
          () => undefined,
          () => undefined,
        )
        .finally(() => {
          beingRead.delete(own);
          underWay.delete(own);
          if (joinable.get(mint) === reading) joinable.delete(mint);
        });
      beingRead.set(own, work);
      underWay.add(own);
      joinable.set(mint, reading);
      return reading;
    },
    giveUp(reason) {
      giveUp.abort(reason);
      giveUp = new AbortController();
      for (const own of underWay) {
        registry.giveBack(own);
        beingRead.delete(own);
      }
      underWay.clear();
      joinable.clear();
    },
  };
}

/**
 * Whether the answer may judge the life of the token. Not of an archived one, which one pool brings back, nor where the
 * endpoint has left out pools before that the other one shows.
 */
function showsAll({ status, verification }: Token, { source }: TokenRead): boolean {
  return status !== 'archived' && (source === 'alternative' || verification?.passed !== true);
}
