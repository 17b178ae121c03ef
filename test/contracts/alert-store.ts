import { afterEach, describe, expect, test } from 'vitest';
import type {
  Alert,
  AlertChange,
  AlertStore,
  ChannelState,
  ChannelUse,
  Group,
  Outgoing,
  Silence,
} from '../../src/warden/alerts/index.ts';

export interface OpenedAlertStore {
  readonly store: AlertStore;
  /** The same, opened anew as after a crash; undefined where nothing outlives the process. */
  reopen?(): AlertStore;
  end(): void;
}

const alert = (key: string, changes: Partial<Alert> = {}): Alert => ({
  ...{
    key,
    id: `a-${key}`,
    rule: key,
    labels: { mint: "it's \0 \u{1F680}" },
    component: 'store',
    kind: 'database',
  },
  ...{
    severity: 'warning',
    reported: 'warning',
    summary: 'Slow.',
    value: 1.25,
    limit: 1,
    unit: 's',
    peak: 2.5,
  },
  ...{ startedAt: 1_000, endsAt: null, endedAt: null, healedBy: null, count: 1, starts: [1_000], tried: [] },
  ...{ next: null, cause: null, ack: null, flapping: null, told: null, escalation: null, group: 'g' },
  ...{ nextSteps: ['Look.'], runbook: null },
  path: [{ at: 1_000, stage: 'intake', outcome: 'moved on', why: 'Slow.' }],
  ...changes,
});
const group: Group = { key: 'g', channels: ['phone'], flushAt: 2_000, toldAt: null, thread: null };
const silence: Silence = {
  ...{
    id: 's1',
    kind: 'silence',
    match: { rule: 'store.*' },
    startsAt: 0,
    endsAt: 9_000,
    by: 'ann',
    why: null,
  },
  ...{ adjust: 1.5, reminded: false },
};
const use: ChannelUse = {
  ...{ name: 'phone', sentAt: [1, 2], criticalAt: [3], held: ['k'], heldSince: 4, summaryAt: 5 },
};
const channel: ChannelState = {
  ...{ name: 'phone', bannedUntil: 7_000, failingSince: null, failures: 1, why: 'slow down' },
  memory: { chat_id: '-100' },
};
const outgoing = (id: string, createdAt: number): Outgoing => ({
  ...{ id, channel: 'phone', tried: [], createdAt, attempts: 0, nextAt: createdAt, why: null },
  notice: {
    ...{
      id: 'n1',
      kind: 'firing',
      update: false,
      at: 1_000,
      severity: 'warning',
      thread: 'n1',
      alerts: [],
      total: 0,
    },
    ...{ counts: { info: 0, warning: 0, error: 0, critical: 0 }, list: null },
  },
});
const sent = (id: string, at: number, ref: string | null, thread: string | null = 'n1'): AlertChange => ({
  kind: 'delivered',
  delivered: { id, channel: 'phone', at, outcome: 'sent', ref, thread, why: null },
});

/** What every store of alerts keeps to. */
export function alertStoreContract(name: string, open: () => OpenedAlertStore): void {
  describe(`${name} as a store of alerts`, () => {
    const opened: OpenedAlertStore[] = [];
    const owned = (): OpenedAlertStore => {
      const one = open();
      opened.push(one);
      return one;
    };
    afterEach(() => {
      for (const one of opened.splice(0)) one.end();
    });

    test('begins empty, with a name', () => {
      const { store } = owned();
      expect(store.snapshot()).toEqual({
        ...{ installation: 'here', notices: 0, alerts: [], groups: [], silences: [], uses: [], channels: [] },
        outgoing: [],
      });
      expect([store.delivered(10), store.starts(0), store.refOf('phone', 'n1')]).toEqual([[], [], null]);
    });

    test('gives back what it took, also after a crash', () => {
      const { store, reopen } = owned();
      store.commit([
        { kind: 'alert', alert: alert('b') },
        { kind: 'alert', alert: alert('a') },
        { kind: 'alert', alert: alert('gone') },
        { kind: 'group', group },
        { kind: 'group', group: { ...group, key: 'gone' } },
        { kind: 'silence', silence },
        { kind: 'silence', silence: { ...silence, id: 'gone' } },
        { kind: 'use', use },
        { kind: 'channel', state: channel },
        { kind: 'outgoing', outgoing: outgoing('n1/phone', 1_000) },
        { kind: 'notices', count: 41 },
      ]);
      store.commit([
        { kind: 'alert', alert: alert('a', { severity: 'critical' }) },
        { kind: 'alert.gone', key: 'gone' },
        { kind: 'group.gone', key: 'gone' },
        { kind: 'silence.gone', id: 'gone' },
        { kind: 'notices', count: 42 },
      ]);
      for (const one of [store, ...(reopen ? [reopen()] : [])]) {
        const { alerts, ...others } = one.snapshot();
        expect(alerts.toSorted((x, y) => (x.key < y.key ? -1 : 1))).toEqual([
          alert('a', { severity: 'critical' }),
          alert('b'),
        ]);
        expect(others).toEqual({
          ...{ installation: 'here', notices: 42, groups: [group], silences: [silence], uses: [use] },
          ...{ channels: [channel], outgoing: [outgoing('n1/phone', 1_000)] },
        });
      }
    });

    test('knows the oldest notice first, changes it in its place, and lets go what was delivered', () => {
      const { store } = owned();
      store.commit([
        { kind: 'outgoing', outgoing: outgoing('n1/phone', 1_000) },
        { kind: 'outgoing', outgoing: outgoing('n2/phone', 2_000) },
      ]);
      const again = { ...outgoing('n1/phone', 1_000), attempts: 3, nextAt: 9_000, why: 'reset' };
      store.commit([{ kind: 'outgoing', outgoing: again }]);
      expect(store.snapshot().outgoing).toEqual([again, outgoing('n2/phone', 2_000)]);
      store.commit([sent('n1/phone', 3_000, '77')]);
      expect(store.snapshot().outgoing).toEqual([outgoing('n2/phone', 2_000)]);
      expect(store.delivered(10)).toEqual([
        { id: 'n1/phone', channel: 'phone', at: 3_000, outcome: 'sent', ref: '77', thread: 'n1', why: null },
      ]);
    });

    test('keeps the first message of a thread', () => {
      const { store } = owned();
      store.commit([sent('n1/phone', 1, null), sent('n1/phone', 2, '77'), sent('n2/phone', 3, '78')]);
      expect(store.refOf('phone', 'n1')).toBe('77');
      expect([store.refOf('mail', 'n1'), store.refOf('phone', 'n2')]).toEqual([null, null]);
      expect(store.delivered(2).map(({ at }) => at)).toEqual([3, 2]);
    });

    test('knows starts from a time on, and forgets old ones', () => {
      const { store } = owned();
      const start = (at: number) => ({ at, key: 'k', rule: 'k', component: 'c', severity: 'error' as const });
      store.commit([1_000, 2_000, 3_000].map((at) => ({ kind: 'start', start: start(at) })));
      store.commit([sent('n1/phone', 1_500, null)]);
      expect(store.starts(2_000)).toEqual([start(2_000), start(3_000)]);
      store.forget(2_500);
      expect(store.starts(0)).toEqual([start(3_000)]);
      expect(store.delivered(10)).toEqual([]);
    });
  });
}
