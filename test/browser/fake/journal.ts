import type { JournalDraft, JournalEntry, TokenSummary } from '../../../src/contract/index.ts';
import type { Random } from '../../../src/kernel/index.ts';
import { makeCheck, makePools } from './checks.ts';
import { featuresOf } from './dependencies.ts';
import type { Scenario } from './scenarios.ts';

const MIN = 60_000;
const HOUR = 60 * MIN;

/** A day of entries that fit the tokens and the scenario; oldest first. */
export function makeJournal(
  scenario: Scenario,
  tokens: readonly TokenSummary[],
  startedAt: number,
  now: number,
  random: Random,
): JournalEntry[] {
  const drafts: JournalDraft[] = [
    {
      type: 'service.started',
      at: startedAt,
      subject: null,
      reason: 'Moonwarden 0.1.0 started with the live market.',
      data: { version: '0.1.0', market: 'live', pid: 4_211 },
    },
  ];
  for (const token of tokens) drafts.push(...storyOf(token, random));
  if (scenario !== 'empty') drafts.push(...aDay(now), ...situationOf(scenario, now));
  return drafts
    .filter((draft) => draft.at <= now)
    .sort((a, b) => a.at - b.at)
    .map((draft, index) => ({ ...draft, seq: index + 1 }));
}

function storyOf(token: TokenSummary, random: Random): JournalDraft[] {
  const feed = token.discoveredBy;
  const who = token.symbol?.trim() ? token.symbol.trim() : 'A token';
  const found: JournalDraft = {
    type: 'token.discovered',
    at: token.discoveredAt,
    subject: token.mint,
    reason: `${who} was found by ${feed}.`,
    data: { feed },
  };
  if (token.checkedAt === null || token.status === 'monitoring') return [found];
  const check = makeCheck(token.statusSince, makePools(random, token.status === 'active'));
  const moved: JournalDraft = {
    type: 'token.moved',
    at: token.statusSince,
    subject: token.mint,
    reason:
      token.status === 'active'
        ? `${who} became active: a pump pool and 2 external pools with enough liquidity.`
        : `${who} was archived: its score stayed below 0.1 for 12 hours.`,
    data: { from: 'monitoring', to: token.status, check },
  };
  return [
    found,
    {
      ...moved,
      type: 'token.checked',
      at: moved.at - 1,
      reason: `${who}: ${check.steps.filter((each) => each.passed).length} of ${check.steps.length} steps pass.`,
      data: { check },
    },
    moved,
  ];
}

/** What happens on any day. */
function aDay(now: number): JournalDraft[] {
  const at = now - 3 * HOUR;
  return [
    {
      type: 'source.lost',
      at,
      subject: 'dexscreener',
      reason: 'DexScreener answers 503 to every call.',
      data: { origin: 'https://api.dexscreener.com', error: '503 Service Unavailable' },
    },
    {
      type: 'source.regained',
      at: at + 4 * MIN,
      subject: 'dexscreener',
      reason: 'DexScreener answers again; the backlog was worked off after 50 s.',
      data: { origin: 'https://api.dexscreener.com', afterMs: 4 * MIN },
    },
    { type: 'samples', at: now - MIN, subject: null, reason: 'Measured.', data: { samples: { backlog: 7 } } },
    {
      type: 'condition.ended',
      at: now - 133 * MIN,
      subject: 'freshness_hot',
      reason: 'Hot tokens are fresh again (p95 9 s).',
      data: { level: 'warning', value: 9, durationMs: 6 * MIN },
    },
    {
      type: 'condition.started',
      at: now - 139 * MIN,
      subject: 'freshness_hot',
      reason: 'Hot tokens are shown with data that is up to 34 s old, the limit is 30 s.',
      data: { level: 'warning', value: 34, limit: 30, unit: 's' },
    },
  ];
}

function situationOf(scenario: Scenario, now: number): JournalDraft[] {
  if (scenario === 'unreachable') {
    return [
      {
        type: 'source.lost',
        at: now - 3 * MIN,
        subject: 'dexscreener',
        reason: "DexScreener can't be reached: connect ECONNREFUSED 104.26.0.123:443.",
        data: { origin: 'https://api.dexscreener.com', error: 'ECONNREFUSED' },
      },
      {
        type: 'dependency.state',
        at: now - 3 * MIN + 6_000,
        subject: 'DexScreener',
        reason: 'DexScreener is left alone: 5 failures in a row.',
        data: { from: 'closed', to: 'open', leftOut: 0 },
      },
      ...featuresOf(scenario, 0, now).map((feature): JournalDraft => ({
        type: 'feature.changed',
        at: now - 3 * MIN + 6_040,
        subject: feature.name,
        reason: `${feature.name.charAt(0).toUpperCase()}${feature.name.slice(1)} ${feature.state === 'off' ? 'is off' : 'goes on with the data from before'}: ${feature.reason}.`,
        data: { from: 'on', to: feature.state, leftOut: 0 },
      })),
    ];
  }
  if (scenario !== 'degraded' && scenario !== 'critical') return [];
  const slow: JournalDraft[] = [
    {
      type: 'condition.started',
      at: now - 8 * MIN,
      subject: 'source_latency',
      reason: 'DexScreener answers slowly: 95 of 100 calls take up to 6.1 s, the limit is 5 s.',
      data: { level: 'warning', value: 6_100, limit: 5_000, unit: 'ms' },
    },
    {
      type: 'action.taken',
      at: now - 8 * MIN + 1_000,
      subject: 'source_latency',
      reason: 'The batch size was halved from 30 to 15 tokens, so that a call is done sooner.',
      data: { action: 'halve_batch', condition: 'source_latency', verifyBy: now },
    },
  ];
  const throttled: JournalDraft = {
    type: 'dependency.throttled',
    at: now - 40_000,
    subject: 'DexScreener',
    reason:
      'DexScreener asked for fewer requests (pairs) and to be left alone for 7 s: 150 of 300 a minute are made for now.',
    data: { quota: 'pairs', rate: 150, limit: 300, pauseMs: 7_000, leftOut: 0 },
  };
  if (scenario === 'degraded') return [...slow, throttled];
  return [
    ...slow,
    {
      type: 'condition.started',
      at: now - 11 * MIN,
      subject: 'freshness_hot',
      reason: 'Hot tokens are shown with data that is older than 30 s.',
      data: { level: 'warning', value: 41, limit: 30, unit: 's' },
    },
    {
      type: 'condition.changed',
      at: now - 9 * MIN,
      subject: 'freshness_hot',
      reason: 'Hot tokens are shown with data that is up to 2 minutes old.',
      data: { from: 'warning', to: 'critical', value: 131, limit: 30, unit: 's' },
    },
    {
      type: 'action.taken',
      at: now - 6 * MIN,
      subject: 'freshness_hot',
      reason: 'The refresh job was restarted, because it has done nothing for 5 minutes.',
      data: { action: 'restart_job', condition: 'freshness_hot', verifyBy: now - 5 * MIN },
    },
    {
      type: 'action.verified',
      at: now - 5 * MIN,
      subject: 'freshness_hot',
      reason: 'The restart of the refresh job did not help: nothing was refreshed within 60 s.',
      data: { action: 'restart_job', condition: 'freshness_hot', outcome: 'did-not-work' },
    },
  ];
}
