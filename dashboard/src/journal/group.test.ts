import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../src/contract/index.ts';
import { kindOf, stateOf } from './describe.ts';
import { groupFeed, isShown } from './group.ts';

const entry = (seq: number, type: string, data: object = {}): JournalEntry =>
  ({ seq, type, at: seq, subject: null, reason: '', data }) as unknown as JournalEntry;
const found = (seq: number) => entry(seq, 'token.discovered', { feed: 'pumpportal' });

describe('groupFeed', () => {
  it('makes one line of three discoveries in a row, and leaves two alone', () => {
    const moved = entry(6, 'token.moved', { from: 'monitoring', to: 'active' });
    const items = groupFeed([found(9), found(8), found(7), moved, found(5), found(4)]);
    expect(items.map((item) => (item.kind === 'entry' ? item.entry.seq : item.entries.length))).toEqual([
      3, 6, 5, 4,
    ]);
  });
});

describe('isShown', () => {
  it.each([
    ['samples', 'all', true, false],
    ['token.checked', 'all', false, false],
    ['token.checked', 'all', true, true],
    ['token.moved', 'service', false, false],
    ['token.moved', 'tokens', false, true],
    ['source.lost', 'service', false, true],
    ['source.lost', 'tokens', false, false],
  ] as const)('%s among %s (one token: %s): %s', (type, topic, one, shown) => {
    expect(isShown(entry(1, type), topic, one)).toBe(shown);
  });
});

describe('an entry', () => {
  it.each([
    [entry(1, 'condition.started', { level: 'critical' }), 'critical', 'Critical condition'],
    [entry(1, 'condition.ended', { durationMs: 240_000 }), 'healthy', 'Over after 4 min'],
    [entry(1, 'token.moved', { from: 'monitoring', to: 'active' }), null, 'Monitoring to active'],
    [entry(1, 'action.verified', { outcome: 'did-not-work' }), 'degraded', 'Did not work'],
    [entry(1, 'service.started'), null, 'Service started'],
    [entry(1, 'security', { event: 'lock-out' }), 'degraded', 'Lock out'],
  ])('%#: %s, %s', (each, state, kind) => {
    expect([stateOf(each), kindOf(each)]).toEqual([state, kind]);
  });
});
