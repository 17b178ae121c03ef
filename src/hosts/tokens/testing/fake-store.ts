import type { JournalDraft, JournalEntry, ScoreHistory } from '../../../contract/index.ts';
import type {
  CommitOptions,
  FlowFacts,
  RecordedCheck,
  TokenChange,
  TokenMove,
  TokenRowPage,
  TokenStore,
  StoredDetail,
} from '../ports.ts';
import type { Token } from '../token.ts';

type ScoreChange = Extract<TokenChange, { kind: 'score.recorded' }>;

/** A store in memory that takes a list of changes whole or not at all, and can be told to refuse or to take its time. */
export class FakeTokenStore implements TokenStore {
  readonly tokens = new Map<string, Token>();
  /** What is large of the tokens, as a full read last brought it. */
  readonly details = new Map<string, StoredDetail>();
  readonly scores: ScoreChange[] = [];
  readonly moves: TokenMove[] = [];
  readonly checks: RecordedCheck[] = [];
  readonly journal: JournalDraft[] = [];
  /** What `flow` gives, whenever it was; moves oldest first, checks newest first. */
  facts: FlowFacts = { discovered: [], moves: [], checks: [] };
  commits = 0;
  refuse: Error | null = null;
  /** So many changes wait that none should be made. */
  heldUp = false;
  /** Awaited before each commit. */
  delay: () => Promise<void> = async () => {};

  /** Of each commit that was asked for. */
  readonly mayWait: boolean[] = [];

  async commit(changes: readonly TokenChange[], options?: CommitOptions): Promise<readonly JournalEntry[]> {
    this.mayWait.push(options?.mayWait === true);
    await this.delay();
    if (this.refuse) throw this.refuse;
    this.commits += 1;
    const entries: JournalEntry[] = [];
    for (const change of changes) {
      if (change.kind === 'journal') {
        entries.push({ ...change.entry, seq: this.journal.push(change.entry) });
      } else if (change.kind === 'score.recorded') this.scores.push(change);
      else if (change.kind === 'token.moved') this.moves.push(change);
      else if (change.kind === 'check.recorded') this.checks.push(change);
      else {
        const { mint, pools, check, verification } = change.token;
        this.tokens.set(mint, change.token);
        if (change.kind === 'token.checked') this.details.set(mint, { pools, check, verification });
      }
    }
    return entries;
  }

  isHeldUp(): boolean {
    return this.heldUp;
  }

  loadTokens(): Iterable<Token> {
    return [...this.tokens.values()].map((token) => ({
      ...token,
      pools: [],
      check: token.check && { ...token.check, pools: [] },
      verification: null,
    }));
  }

  detail(mint: string): StoredDetail | undefined {
    return this.details.get(mint);
  }

  async page(): Promise<TokenRowPage> {
    return { items: [...this.tokens.values()].map(rowOf), total: this.tokens.size, nextCursor: null };
  }

  flow(_since: number, most: number): FlowFacts {
    const { discovered, moves, checks } = this.facts;
    return { discovered, moves: moves.slice(-most), checks: checks.slice(0, most) };
  }

  history(mint: string, range: ScoreHistory['range']): ScoreHistory {
    return { mint, range, stepMs: null, points: [] };
  }
}

function rowOf(token: Token): TokenRowPage['items'][number] {
  return {
    ...token,
    liquidityUsd: null,
    priceUsd: null,
    volume5mUsd: null,
    tx5m: null,
    pools: 0,
    primaryDex: null,
  };
}
