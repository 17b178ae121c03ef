import { base58 } from '@scure/base';
import fc from 'fast-check';
import type { ActivationCheck, CheckStep, JournalDraft, PoolVerdict } from '../../src/contract/index.ts';
import type { Token, TokenChange } from '../../src/hosts/tokens/index.ts';

export const START = Date.UTC(2026, 0, 1);

/** A mint that no other number gives. */
export function mintOf(n: number): string {
  const bytes = new Uint8Array(32).fill(7);
  new DataView(bytes.buffer).setUint32(28, n);
  return base58.encode(bytes);
}

export function makeToken(n: number, more: Partial<Token> = {}): Token {
  return {
    mint: mintOf(n),
    symbol: `S${n}`,
    name: `Token ${n}`,
    status: 'monitoring',
    statusSince: START,
    discoveredAt: START,
    discoveredBy: 'test',
    firstPoolAt: null,
    score: null,
    smoothedScore: null,
    components: null,
    smoothedComponents: null,
    metrics: null,
    scoredTick: null,
    pools: [],
    check: null,
    refreshedAt: null,
    checkedAt: null,
    checkSince: null,
    quality: null,
    scoredAt: null,
    loss: null,
    belowMs: 0,
    held: null,
    verification: null,
    ...more,
  };
}

/** What stores a token whole: as the pipeline does, it is added first and then checked. */
export const stored = (token: Token): readonly TokenChange[] => [
  { kind: 'token.added', token },
  { kind: 'token.checked', token },
];

export const discovered = (token: Token): JournalDraft => ({
  type: 'token.discovered',
  at: token.discoveredAt,
  subject: token.mint,
  reason: `Discovered by ${token.discoveredBy}.`,
  data: { feed: token.discoveredBy },
});

export const noted = (entry: JournalDraft): TokenChange => ({ kind: 'journal', entry });

export function scored(token: Token, tick: number, at: number, smoothedScore: number): TokenChange {
  const amounts = { liquidityUsd: 1_000 + tick, priceUsd: 0.5 };
  return {
    kind: 'score.recorded',
    mint: token.mint,
    tick,
    at,
    score: smoothedScore,
    smoothedScore,
    ...amounts,
  };
}

// JSON has no minus zero, and the driver takes a number within 1e-16 of a whole one for that one.
const finite = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((value) => (Math.abs(value) < 1e-12 ? 0 : Number(value.toPrecision(12))));
const count = fc.oneof(fc.nat(), fc.constantFrom(0.5, 2 ** 53, 1e16, 9.3e18, 1e300));
/** Also moments that only a stranger would write. */
const moment = fc.oneof(fc.maxSafeInteger(), count);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    '',
    '\0',
    'a\0b',
    '__proto__',
    "'; DROP TABLE token; --",
    '%',
    '_',
    '\\',
    '"',
    '\u202e\u001b[31m',
    '🦍',
  ),
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });

const components = fc.record({
  txAcceleration: finite,
  volumeMomentum: finite,
  freshness: finite,
  orderFlow: finite,
});
const side = fc.record({ mint: text, symbol: maybe(text), name: maybe(text) });
const trades = fc.record({ buys: count, sells: count });
const pool = fc.record({
  dex: text,
  pairAddress: text,
  labels: fc.array(text, { maxLength: 3 }),
  base: side,
  quote: side,
  priceUsd: maybe(finite),
  priceNative: maybe(finite),
  trades5m: trades,
  trades1h: trades,
  volume5mUsd: finite,
  volume1hUsd: finite,
  volume24hUsd: maybe(finite),
  priceChange5m: maybe(finite),
  liquidityUsd: maybe(finite),
  liquidityBase: maybe(finite),
  liquidityQuote: maybe(finite),
  createdAt: maybe(moment),
  readAt: moment,
});
const measure = fc.oneof(finite, text, fc.constant(null));
const step: fc.Arbitrary<CheckStep> = fc.record({
  name: text,
  passed: fc.boolean(),
  value: measure,
  limit: measure,
  reason: text,
});
const verdict: fc.Arbitrary<PoolVerdict> = fc.record({
  pairAddress: text,
  dex: text,
  labels: fc.array(text, { maxLength: 3 }),
  quoteMint: text,
  quoteSymbol: text,
  liquidityUsd: maybe(finite),
  volume24hUsd: maybe(finite),
  counts: fc.constantFrom('pump', 'external', 'no'),
  reason: text,
});
const check: fc.Arbitrary<ActivationCheck> = fc.record({
  at: moment,
  passed: fc.boolean(),
  steps: fc.array(step, { maxLength: 3 }),
  pools: fc.array(verdict, { maxLength: 2 }),
});
const status = fc.constantFrom('monitoring', 'active', 'archived');

/** Any token, with the names and numbers that strangers can put into an answer. */
export const anyToken: fc.Arbitrary<Token> = fc.record({
  mint: text,
  symbol: maybe(text),
  name: maybe(text),
  status,
  statusSince: fc.maxSafeInteger(),
  discoveredAt: fc.maxSafeInteger(),
  discoveredBy: text,
  firstPoolAt: maybe(moment),
  score: maybe(finite),
  smoothedScore: maybe(finite),
  components: maybe(components),
  smoothedComponents: maybe(components),
  metrics: maybe(
    fc.record({
      tx5m: count,
      tx1h: count,
      buys5m: count,
      sells5m: count,
      volume5mUsd: finite,
      volume1hUsd: finite,
      liquidityUsd: maybe(finite),
      ageHours: maybe(finite),
      pools: fc.nat(30),
    }),
  ),
  scoredTick: maybe(fc.nat()),
  pools: fc.array(pool, { maxLength: 2 }),
  check: maybe(check),
  refreshedAt: maybe(fc.maxSafeInteger()),
  checkedAt: maybe(fc.maxSafeInteger()),
  checkSince: maybe(fc.maxSafeInteger()),
  quality: maybe(
    fc.record({
      level: fc.constantFrom('ok', 'warning', 'critical'),
      reasons: fc.array(text, { maxLength: 2 }),
      at: moment,
    }),
  ),
  scoredAt: maybe(fc.maxSafeInteger()),
  loss: maybe(fc.record({ since: moment, checks: fc.nat() })),
  belowMs: fc.nat(),
  held: maybe(fc.record({ to: status, since: moment, reason: text })),
  verification: maybe(
    fc.record({
      at: moment,
      onlyHere: fc.array(text, { maxLength: 2 }),
      onlyThere: fc.array(text, { maxLength: 2 }),
      differs: fc.array(
        fc.record({
          pairAddress: text,
          field: fc.constantFrom('liquidity', 'quote'),
          here: measure,
          there: measure,
        }),
        { maxLength: 2 },
      ),
      passed: fc.boolean(),
      sentence: text,
    }),
  ),
});

/** Any entry of the kinds that the pipeline and the warden write. */
export const anyEntry: fc.Arbitrary<JournalDraft> = fc.oneof(
  fc.record({
    type: fc.constant('token.discovered'),
    at: fc.maxSafeInteger(),
    subject: maybe(text),
    reason: text,
    data: fc.record({ feed: text }),
  }),
  fc.record({
    type: fc.constant('token.moved'),
    at: fc.maxSafeInteger(),
    subject: maybe(text),
    reason: text,
    data: fc.record({ from: status, to: status, check: maybe(check) }),
  }),
  fc.record({
    type: fc.constant('samples'),
    at: fc.maxSafeInteger(),
    subject: fc.constant(null),
    reason: text,
    data: fc.record({
      samples: fc.dictionary(fc.constantFrom('backlog', 'a b', '', 'constructor'), maybe(finite), {
        noNullPrototype: true,
      }),
    }),
  }),
);
