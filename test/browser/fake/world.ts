import type {
  FailedList,
  FlowReport,
  RefreshResult,
  JournalDraft,
  JournalEntry,
  JournalPage,
  JournalQuery,
  Overview,
  StuckList,
  StuckToken,
  TokenDetail,
  TokenImportResult,
  TokenPage,
  TokenQuery,
  TokenStory,
  TokenSummary,
} from '../../../src/contract/index.ts';
import { createRandom, systemClock, type Random } from '../../../src/kernel/index.ts';
import { failedList, flowReport, stuckList, stuckOf } from './flow.ts';
import { makeJournal } from './journal.ts';
import { looksLikeMint } from './mints.ts';
import { makeOverview } from './overview.ts';
import type { Scenario } from './scenarios.ts';
import { storyOf } from './story.ts';
import { detailOf, makeTokens, refreshed } from './tokens.ts';

/** What the fake service knows: tokens that change, a journal that grows. */
export class FakeWorld {
  readonly random: Random = createRandom('moonwarden');
  readonly startedAt: number;
  scenario: Scenario;
  tokens: TokenSummary[];
  journal: JournalEntry[];
  /** What a test says of single tokens, by mint. */
  readonly said = new Map<string, Partial<TokenDetail>>();
  /** What a test says of the first page. */
  saidOverview: Partial<Overview> = {};

  constructor(scenario: Scenario, tokenCount: number, withHostile: boolean) {
    const now = this.now();
    this.scenario = scenario;
    this.startedAt = scenario === 'empty' ? now - 12_000 : now - 76 * 3_600_000;
    this.tokens = scenario === 'empty' ? [] : makeTokens(tokenCount, now, this.random, withHostile);
    this.journal = makeJournal(scenario, this.tokens, this.startedAt, now, this.random);
  }

  now(): number {
    return systemClock.now();
  }

  overview(): Overview {
    const overview = makeOverview(this.scenario, this.tokens, this.startedAt, this.now());
    return { ...overview, ...this.saidOverview };
  }

  token(mint: string): TokenSummary | undefined {
    return this.tokens.find((token) => token.mint === mint);
  }

  detail(token: TokenSummary): TokenDetail {
    return { ...detailOf(token, this.now()), ...this.said.get(token.mint) };
  }

  story(token: TokenSummary): TokenStory {
    return storyOf(this.detail(token), this.journal, this.#stuck(), this.now());
  }

  readNow({ mint }: TokenSummary): RefreshResult {
    return {
      mint,
      source: 'history',
      freshness: 'stale',
      at: this.now() - 90_000,
      pools: 2,
      sentence: 'What is stored shows 2 pools, read 90 s ago. Nothing newer can be had: the network is gone.',
    };
  }

  flow(hours: number): FlowReport {
    return flowReport(this.tokens, this.#stuck(), hours, this.now());
  }

  stuck(limit: number): StuckList {
    return stuckList(this.#stuck(), this.now(), limit);
  }

  failed(limit: number): FailedList {
    return failedList(this.tokens, this.now(), limit);
  }

  #stuck(): StuckToken[] {
    return stuckOf(this.scenario, this.tokens, this.now());
  }

  /** Refreshes a few hot tokens and gives their rows. */
  refresh(count: number): TokenSummary[] {
    const hot = this.tokens.filter((token) => token.group === 'hot');
    const picked = new Set(
      Array.from({ length: Math.min(count, hot.length) }, () => this.random.pick(hot).mint),
    );
    const changed: TokenSummary[] = [];
    this.tokens = this.tokens.map((token) => {
      if (!picked.has(token.mint)) return token;
      const next = refreshed(token, this.now(), this.random);
      changed.push(next);
      return next;
    });
    return changed;
  }

  change(mint: string, over: Partial<TokenSummary>): TokenSummary {
    const before = this.token(mint);
    if (!before) throw new Error(`No token ${mint}`);
    const after = { ...before, refreshedAt: this.now(), ...over };
    this.tokens = this.tokens.map((token) => (token.mint === mint ? after : token));
    return after;
  }

  record(draft: JournalDraft): JournalEntry {
    const entry: JournalEntry = { ...draft, seq: (this.journal.at(-1)?.seq ?? 0) + 1 };
    this.journal.push(entry);
    return entry;
  }

  journalPage({ before, subject, type, limit }: JournalQuery): JournalPage {
    const matching = this.journal
      .filter((entry) => before === undefined || entry.seq < before)
      .filter(
        (entry) => (subject === undefined || entry.subject === subject) && (!type || entry.type === type),
      )
      .reverse();
    const items = matching.slice(0, limit);
    return { items, nextBefore: matching.length > limit ? (items.at(-1)?.seq ?? null) : null };
  }

  tokenPage({ status, q, minScore, sort, limit, cursor }: TokenQuery): TokenPage {
    const text = q?.toLowerCase();
    const matching = this.tokens
      .filter((token) => !status || status.includes(token.status))
      .filter((token) => minScore === undefined || (token.smoothedScore ?? -1) >= minScore)
      .filter(
        (token) =>
          !text || [token.symbol, token.name, token.mint].some((each) => each?.toLowerCase().includes(text)),
      )
      .sort(comparing(sort));
    const from = cursor === undefined ? 0 : Number(cursor);
    const nextCursor = from + limit < matching.length ? String(from + limit) : null;
    return { items: matching.slice(from, from + limit), total: matching.length, nextCursor };
  }

  import(mints: readonly string[]): TokenImportResult {
    const result: TokenImportResult = { added: [], duplicates: 0, rejected: [] };
    for (const mint of mints) {
      if (!looksLikeMint(mint)) {
        result.rejected.push({ input: mint, reason: 'Not a Solana mint: it must be 32 bytes in base58.' });
      } else if (this.token(mint)) {
        result.duplicates += 1;
      } else {
        result.added.push(mint);
        this.tokens.push(newToken(mint, this.now()));
      }
    }
    return result;
  }
}

function newToken(mint: string, now: number): TokenSummary {
  return {
    mint,
    symbol: null,
    name: null,
    status: 'monitoring',
    group: 'cold',
    score: null,
    smoothedScore: null,
    liquidityUsd: null,
    priceUsd: null,
    volume5mUsd: null,
    tx5m: null,
    pools: 0,
    primaryDex: null,
    discoveredAt: now,
    discoveredBy: 'import',
    statusSince: now,
    refreshedAt: null,
    checkedAt: null,
  };
}

const fields = {
  score: (token: TokenSummary) => token.smoothedScore,
  liquidity: (token: TokenSummary) => token.liquidityUsd,
  discovered: (token: TokenSummary) => token.discoveredAt,
  refreshed: (token: TokenSummary) => token.refreshedAt,
  symbol: (token: TokenSummary) => token.symbol?.toLowerCase() ?? null,
};

function comparing(sort: TokenQuery['sort']) {
  const read = fields[sort.replace('-', '') as keyof typeof fields];
  const sign = sort.startsWith('-') ? -1 : 1;
  return (a: TokenSummary, b: TokenSummary): number => {
    const [x, y] = [read(a), read(b)];
    if (x === y) return 0;
    if (x === null) return 1;
    if (y === null) return -1;
    return (x < y ? -1 : 1) * sign;
  };
}
