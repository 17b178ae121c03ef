import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../src/contract/index.ts';
import { kindOf, stateOf } from './describe.ts';
import { groupFeed, isShown, sumUp, type FeedTopic } from './group.ts';

const entry = (seq: number, type: JournalEntry['type'], data: object = {}): JournalEntry =>
  Object.assign({ seq, at: seq, subject: null, reason: '' }, { type, data }) as JournalEntry;
const moved = (seq: number) => entry(seq, 'token.moved', { from: 'monitoring', to: 'active' });
const found = (seq: number) => entry(seq, 'token.discovered', { feed: 'pumpportal' });

describe('groupFeed', () => {
  const lines = (entries: JournalEntry[], topic: FeedTopic) =>
    groupFeed(entries, topic).map((item) =>
      item.kind === 'entry' ? item.entry.seq : item.entries.map((each) => each.seq),
    );
  const lost = entry(4, 'source.lost');

  it('leaves the newest three token entries alone and makes one line of the rest of the run', () => {
    expect(
      lines([found(9), moved(8), found(7), found(6), moved(5), lost, found(3), found(2)], 'all'),
    ).toEqual([9, 8, 7, [6, 5], 4, 3, 2]);
  });
  it('among tokens, makes one line of discoveries alone', () => {
    expect(lines([found(9), found(8), found(7), moved(6), found(5), found(4)], 'tokens')).toEqual([
      [9, 8, 7],
      6,
      5,
      4,
    ]);
  });
  it('makes one line of features that go off or on together', () => {
    const feature = (seq: number, to: string) => entry(seq, 'feature.changed', { from: 'on', to });
    const off = [feature(9, 'off'), feature(8, 'stale'), feature(7, 'off')];
    for (const topic of ['all', 'service'] as const) {
      expect(lines([...off, feature(6, 'on'), lost, feature(3, 'off')], topic)).toEqual([[9, 8, 7], 6, 4, 3]);
    }
    expect(lines([feature(90_000, 'off'), feature(9, 'off')], 'all'), 'apart in time').toEqual([90_000, 9]);
    expect(sumUp(off)).toBe('3 features: 2 off, 1 on data from before');
    expect(sumUp([feature(9, 'on'), feature(8, 'on')])).toBe('2 features on again');
  });
  it('sums a run up', () => {
    expect(sumUp([found(9), moved(8), found(7)])).toBe('3 token changes: 2 discovered, 1 became active');
  });
});

describe('isShown', () => {
  it.each([
    ['samples', 'all', false],
    ['token.checked', 'all', false],
    ['token.moved', 'service', false],
    ['token.moved', 'tokens', true],
    ['source.lost', 'service', true],
    ['source.lost', 'tokens', false],
  ] as const)('%s among %s: %s', (type, topic, shown) => {
    expect(isShown(entry(1, type), topic)).toBe(shown);
  });
});

describe('an entry', () => {
  it.each([
    [entry(1, 'condition.started', { level: 'critical' }), 'critical', 'Critical condition'],
    [entry(1, 'condition.ended', { durationMs: 240_000 }), 'healthy', 'Over after 4 min'],
    [entry(1, 'token.moved', { from: 'monitoring', to: 'active' }), null, 'Monitoring to active'],
    [entry(1, 'action.verified', { outcome: 'did-not-work' }), 'degraded', 'Did not work'],
    [entry(1, 'feed.lost', { cause: 'reset', provenAgoMs: 0 }), 'degraded', 'Feed lost'],
    [entry(1, 'feed.gap_closed', { lengthMs: 240_000 }), 'healthy', 'Gap of 4 min looked into'],
    [entry(1, 'dependency.state', { from: 'closed', to: 'open' }), 'critical', 'Left alone'],
    [entry(1, 'dependency.state', { from: 'half_open', to: 'closed' }), 'healthy', 'Called again'],
    [entry(1, 'dependency.throttled'), 'degraded', 'Fewer calls'],
    [entry(1, 'feature.changed', { from: 'on', to: 'off' }), 'degraded', 'Off'],
    [entry(1, 'feature.changed', { from: 'off', to: 'on' }), 'healthy', 'On again'],
    [entry(1, 'service.started'), null, 'Service started'],
    [entry(1, 'security', { event: 'lock-out' }), 'degraded', 'Lock out'],
  ])('%#: %s, %s', (each, state, kind) => {
    expect([stateOf(each), kindOf(each)]).toEqual([state, kind]);
  });
});
