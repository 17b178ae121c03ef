import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DropReason, Pair } from '../dexscreener/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { MoveGuards } from './move-guards.ts';
import type { StoredDetail } from './ports.ts';
import { applyBatchRead, applyFullRead, type ReadOutcome } from './read.ts';
import { NOW, SETTINGS as DEFAULTS, pairOf, tokenOf } from './testing/tokens.ts';
import type { Token } from './token.ts';

// Many runs: on a busy machine, and measured for coverage, they need more than the usual time.
const PATIENT_MS = 120_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

/** What a read may bring. */
interface Read {
  readonly kind: 'batch' | 'full';
  readonly of: number;
  readonly shows: 'eligible' | 'one' | 'drained' | 'busy' | 'jumped' | 'nothing';
  readonly rejected: DropReason | null;
  /** How old the answer was, in ms. */
  readonly ageMs: number;
}
type Step =
  | ({ readonly does: 'read' } & Read)
  | { readonly does: 'pass'; readonly ms: number }
  /** The service starts anew, or keeps the token without what is large. */
  | { readonly does: 'forget'; readonly of: number }
  /** The wall clock alone is set. */
  | { readonly does: 'jump'; readonly ms: number };

/** Time below the limit adds up by half an hour at most, so twelve hours would need many reads. */
const SETTINGS = { ...DEFAULTS, archiveBelowMs: HOUR };

const TOKENS = 4;
const MINTS = Array.from({ length: TOKENS }, (_, n) => mintOf(n + 1));
const EDGES: ReadonlySet<string> = new Set([
  'monitoring->active',
  'active->monitoring',
  'active->archived',
  'monitoring->archived',
  'archived->monitoring',
]);
const FOR_WORSE: ReadonlySet<string> = new Set([
  'active->monitoring',
  'active->archived',
  'monitoring->archived',
]);

const dull: Partial<Pair> = {
  trades5m: { buys: 0, sells: 0 },
  trades1h: { buys: 1, sells: 0 },
  volume5mUsd: 0,
  volume1hUsd: 1,
  createdAt: NOW - 48 * HOUR,
};

function pairsOf(mint: string, shows: Read['shows']): readonly Pair[] {
  const pump = pairOf(mint, { ...dull, dex: 'pumpswap', pairAddress: `${mint}-p` });
  const external = pairOf(mint, dull);
  switch (shows) {
    case 'eligible':
      return [pump, external];
    case 'one':
      return [pump];
    case 'drained':
      return [pump, { ...external, liquidityUsd: 0, liquidityBase: 0, liquidityQuote: 0 }];
    case 'busy':
      return [
        {
          ...external,
          trades5m: { buys: 200, sells: 150 },
          trades1h: { buys: 900, sells: 800 },
          volume5mUsd: 9_000,
        },
      ];
    case 'jumped':
      return [
        { ...pump, priceUsd: 1 },
        { ...external, priceUsd: 1, liquidityBase: 12_500 },
      ];
    case 'nothing':
      return [];
  }
}

/** Thousands of times a run, so without the cost of a matcher. */
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** What the model knows of a token beside what is stored. */
interface Known {
  token: Token;
  /** What is large of it, as it was last stored. */
  detail: StoredDetail;
  shownPool: boolean;
  /** Times of the believable full reads without the condition since the last one with it, as the wall clock showed. */
  lacking: number[];
  /** Ticks scored since the wall clock was last set back. */
  readonly ticks: Set<number>;
}

class World {
  readonly known: Known[] = MINTS.map((mint) => ({
    token: tokenOf(mint, { symbol: 'MOON' }),
    detail: { pools: [], check: null, verification: null },
    shownPool: false,
    lacking: [],
    ticks: new Set(),
  }));
  readonly guards = new MoveGuards(SETTINGS);
  wall = NOW;
  monotonic = 0;
  shownMs = -Infinity;
  /** Monotonic time at which the wall clock was last set back. */
  setBack = false;
  readonly edges: string[] = [];

  do(step: Step): void {
    if (step.does === 'pass') {
      this.wall += step.ms;
      this.monotonic += step.ms;
    } else if (step.does === 'jump') {
      this.wall += step.ms;
      if (step.ms < 0) {
        this.setBack = true;
        for (const { ticks } of this.known) ticks.clear();
      }
    } else if (step.does === 'forget') {
      const known = this.known[step.of % TOKENS];
      if (known) known.token = { ...known.token, ...known.detail };
    } else this.#read(step);
  }

  #read(read: Read): void {
    const known = this.known[read.of % TOKENS];
    if (!known) return;
    const { token } = known;
    // The planner reads an archived token lightly.
    const kind = token.status === 'archived' ? 'batch' : read.kind;
    const shown = pairsOf(token.mint, read.shows);
    const pairs = kind === 'batch' ? shown.slice(0, 1) : shown;
    const at = this.wall - read.ageMs;
    const answer = {
      mint: token.mint,
      pairs,
      source: 'asked' as const,
      asQuote: 0,
      rejected: read.rejected === null ? [] : [read.rejected],
      at,
    };
    const sourceShowsPools = this.monotonic - this.shownMs < 10 * MINUTE;
    const outcome =
      kind === 'batch'
        ? applyBatchRead(token, answer, this.wall, SETTINGS)
        : applyFullRead(token, answer, this.wall, SETTINGS, { sourceShowsPools, admit: this.guards.admit });
    if (pairs.length > 0) this.shownMs = this.monotonic;
    this.#judge(known, kind, answer, outcome, sourceShowsPools);
    known.token = outcome.token;
    if (outcome.changes.some((change) => change.kind === 'token.checked')) {
      const { pools, check, verification } = outcome.token;
      known.detail = { pools, check, verification };
    }
    known.shownPool ||= outcome.token.pools.length > 0;
  }

  #judge(
    known: Known,
    kind: Read['kind'],
    read: { readonly pairs: readonly Pair[]; readonly rejected: readonly DropReason[]; readonly at: number },
    { token: after, changes }: ReadOutcome,
    sourceShowsPools: boolean,
  ): void {
    const before = known.token;
    const stale = this.wall - read.at > MINUTE;
    const empty = read.pairs.length === 0;
    const believable = !stale && !empty && read.rejected.length === 0 && after.quality?.level !== 'critical';
    if (kind === 'full' && after.checkedAt === this.wall && !empty) {
      if (after.check?.passed === true) known.lacking = [];
      else if (believable) known.lacking.push(this.wall);
    }
    this.#expectMove(before, after, changes);
    if (before.status !== after.status) {
      const edge = `${before.status}->${after.status}`;
      this.edges.push(edge);
      must(EDGES.has(edge), edge);
      if (FOR_WORSE.has(edge)) {
        const unlisted =
          edge === 'monitoring->archived' && empty && !known.shownPool && sourceShowsPools && !stale;
        must(kind === 'full' && read.rejected.length === 0, `${edge} by a read of a part`);
        must(believable || unlisted, `${edge} by a read that proves nothing`);
      }
      if (edge === 'active->monitoring') {
        must(known.lacking.length >= 2, 'demoted by one read');
        must(this.wall - (known.lacking[0] ?? NaN) >= MINUTE, 'demoted within a minute');
      }
      if (edge === 'monitoring->archived')
        must(this.wall - before.statusSince >= 12 * HOUR, 'archived too early');
      known.lacking = [];
    }
    this.#expectData(known, before, after, changes);
  }

  /** Status, statistics and journal say the same, in one outcome. */
  #expectMove(before: Token, after: Token, changes: ReadOutcome['changes']): void {
    const moves = changes.flatMap((change) => (change.kind === 'token.moved' ? [change] : []));
    const entries = changes.flatMap((change) =>
      change.kind === 'journal' && change.entry.type === 'token.moved' ? [change.entry] : [],
    );
    const expected = before.status === after.status ? 0 : 1;
    must(moves.length === expected && entries.length === expected, 'a move and its entry go together');
    const [move, entry] = [moves[0], entries[0]];
    if (move && entry) {
      for (const { from, to } of [move, entry.data])
        must(from === before.status && to === after.status, 'from and to');
      must(entry.subject === before.mint && move.mint === before.mint, 'the token of the move');
      must(entry.at === move.at && entry.data.cause === move.cause, 'time and cause of the move');
      must(entry.reason.length > 20 && move.dwellMs >= 0 && move.ageMs >= 0, 'the reason of the move');
    }
    // What is stored is the token that is known from now on.
    for (const change of changes) {
      if (change.kind === 'token.refreshed' || change.kind === 'token.checked')
        must(change.token === after, 'another token is stored than is known');
    }
    must(after === before || changes.length > 0, 'a change that is not stored');
  }

  #expectData(known: Known, before: Token, after: Token, changes: ReadOutcome['changes']): void {
    const scored = changes.flatMap((change) => (change.kind === 'score.recorded' ? [change.tick] : []));
    must(scored.length <= 1, 'two scores of one read');
    for (const tick of scored) {
      must(!known.ticks.has(tick), 'a second score in one tick');
      known.ticks.add(tick);
    }
    const numbers = [after.score, after.smoothedScore, ...Object.values(after.smoothedComponents ?? {})];
    must(
      numbers.every((value) => Number.isFinite(value ?? 0)) && (after.smoothedScore ?? 0) < 10,
      'a score beyond bounds',
    );
    must(Number.isFinite(after.belowMs) && after.belowMs >= 0, 'the time below the limit');
    if (!this.setBack) {
      must((after.refreshedAt ?? -Infinity) >= (before.refreshedAt ?? -Infinity), 'refreshed went back');
      must((after.scoredAt ?? -Infinity) >= (before.scoredAt ?? -Infinity), 'scored went back');
      // No time counts twice below the limit, whatever the order in which data comes.
      const scoredMs = (after.scoredAt ?? 0) - (before.scoredAt ?? after.scoredAt ?? 0);
      must(after.belowMs <= before.belowMs + scoredMs, 'time counted twice');
    }
    must(after.status === 'active' || after.loss === null, 'a loss of a token that has nothing to lose');
    must(
      after.status !== 'archived' || (after.pools.length <= 1 && after.held === null),
      'an archived token',
    );
  }
}

const read = (weights: { readonly sound: number }): fc.Arbitrary<Step> =>
  fc.record({
    does: fc.constant('read' as const),
    kind: fc.oneof(
      { weight: 2, arbitrary: fc.constant('full' as const) },
      { weight: 1, arbitrary: fc.constant('batch' as const) },
    ),
    of: fc.nat(TOKENS - 1),
    shows: fc.oneof(
      { weight: weights.sound, arbitrary: fc.constantFrom('eligible' as const, 'drained' as const) },
      {
        weight: 2,
        arbitrary: fc.constantFrom('one' as const, 'busy' as const, 'jumped' as const, 'nothing' as const),
      },
    ),
    rejected: fc.oneof(
      { weight: 8, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constantFrom('malformed' as const, 'negative_number' as const) },
    ),
    ageMs: fc.oneof(
      { weight: 6, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 59_000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 61_000, max: HOUR }) },
    ),
  });
const pass: fc.Arbitrary<Step> = fc
  .constantFrom(1_000, 9_999, 10_000, 30_000, 60_000, 61_000, 5 * MINUTE, 31 * MINUTE, 4 * HOUR, 12 * HOUR)
  .map((ms) => ({ does: 'pass', ms }));
const forget: fc.Arbitrary<Step> = fc.record({
  does: fc.constant('forget' as const),
  of: fc.nat(TOKENS - 1),
});
const jump: fc.Arbitrary<Step> = fc
  .constantFrom(-12 * HOUR, -HOUR, -90_000, -30_000, -1_000, 1_000, 90_000, HOUR)
  .map((ms) => ({ does: 'jump', ms }));

const steps = (jumps: boolean): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.oneof(
      { weight: 5, arbitrary: read({ sound: 4 }) },
      { weight: 3, arbitrary: pass },
      { weight: 1, arbitrary: forget },
      ...(jumps ? [{ weight: 1, arbitrary: jump }] : []),
    ),
    { minLength: 20, maxLength: 120 },
  );

function play(all: readonly Step[]): readonly string[] {
  const world = new World();
  for (const step of all) world.do(step);
  return world.edges;
}

it.each([
  ['a wall clock that runs', false],
  ['a wall clock that is set', true],
])('any life of tokens keeps to the rules: %s', { timeout: PATIENT_MS }, (_, jumps) => {
  const edges = new Map<string, number>();
  fc.assert(
    fc.property(steps(jumps), (all) => {
      for (const edge of play(all)) edges.set(edge, (edges.get(edge) ?? 0) + 1);
    }),
    { numRuns: 600 },
  );
  // Otherwise the reads would lead nowhere.
  for (const edge of EDGES) expect(edges.get(edge) ?? 0, edge).toBeGreaterThan(5);
});
