import { expect, test } from 'vitest';
import { FakeClock, MoonwardenError, silentLogger } from '../../kernel/index.ts';
import { createAlerts, type Alerts } from './alerts.ts';
import { createMemoryAlertStore } from './memory-store.ts';
import { alertDefaults, type AlertSettings } from './settings.ts';
import type { AlertStore, Outgoing } from './store-port.ts';
import { reportOf } from './testing/play.ts';

const S = 1_000;
const MIN = 60 * S;
const H = 60 * MIN;

function scene(over: Partial<AlertStore> = {}) {
  const clock = new FakeClock();
  const store = { ...createMemoryAlertStore('t'), ...over };
  const sent: Outgoing[] = [];
  let settings: AlertSettings = {
    ...alertDefaults,
    routes: [{ match: { severity: 'warning' }, channels: ['phone'] }],
    escalations: [
      { match: { severity: 'critical' }, steps: [{ afterMs: 15 * MIN, channels: ['mail'], repeatMs: null }] },
    ],
  };
  const open = (): Alerts => {
    const alerts = createAlerts({
      ...{ clock, log: silentLogger, store, settings: () => settings, explains: () => false },
      send: (outgoing) => sent.push(...outgoing),
    });
    alerts.start();
    return alerts;
  };
  return {
    ...{ clock, store, sent, open },
    kinds: () => sent.map(({ channel, notice }) => `${channel} ${notice.kind}`),
    change(changes: Partial<AlertSettings>) {
      settings = { ...settings, ...changes };
    },
  };
}

const report = (changes: Parameters<typeof reportOf>[0] = {}) =>
  ({ kind: 'report', report: reportOf(changes) }) as const;

const refusal = (code: MoonwardenError['code'], message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error;

test('what is taken is stored at once, and told in its time', async () => {
  const { clock, store, open, kinds } = scene();
  const alerts = open();
  alerts.take([report()]);
  expect(store.snapshot().alerts).toMatchObject([{ rule: 'store.slow', endedAt: null }]);
  expect(alerts.starts(0)).toMatchObject([{ rule: 'store.slow', severity: 'warning' }]);
  await clock.advance(11 * S);
  expect(kinds()).toEqual(['phone firing']);
  await alerts.stop();
});

test('an alert is found by its id, by the beginning of it, and by its key', async () => {
  const { open } = scene();
  const alerts = open();
  alerts.take([report(), report({ rule: 'source.slow', component: 'source' })]);
  const [first] = alerts.list();
  const id = first?.id ?? '';
  expect(id).toMatch(/^a[0-9a-f]{8}$/);
  for (const name of [id, id.slice(0, 5), first?.key ?? '']) expect(alerts.find(name)).toBe(first);
  for (const name of ['a', '', 'nothing']) expect(alerts.find(name)).toBeUndefined();
  await alerts.stop();
});

test('who takes an alert on is not hurried until the time is over; then it speaks again', async () => {
  const { clock, open, kinds } = scene();
  const alerts = open();
  alerts.take([report({ severity: 'critical' })]);
  await clock.advance(2 * S);
  const [{ id } = { id: '' }] = alerts.list();
  expect(alerts.ack(id, 'ann', { forMs: 1 * H, why: 'on it' }).ack).toMatchObject({
    by: 'ann',
    why: 'on it',
  });
  await clock.advance(59 * MIN);
  expect(kinds()).toEqual(['phone firing']);
  await clock.advance(2 * MIN);
  expect(kinds()).toEqual(['phone firing', 'phone reminder']);
  await clock.advance(16 * MIN);
  expect(kinds()).toEqual(['phone firing', 'phone reminder', 'mail escalation']);
  await alerts.stop();
});

test('what is given back climbs again, and what is over cannot be taken on', async () => {
  const { clock, open, kinds } = scene();
  const alerts = open();
  alerts.take([report({ severity: 'critical' })]);
  await clock.advance(2 * S);
  const [{ id, key } = { id: '', key: '' }] = alerts.list();
  alerts.ack(id, 'ann');
  await clock.advance(1 * H);
  expect(alerts.unack(id, 'ann').ack).toBeNull();
  await clock.advance(16 * MIN);
  expect(kinds()).toEqual(['phone firing', 'mail escalation']);
  alerts.take([{ kind: 'end', key, at: clock.now(), healedBy: null, why: 'It is over.' }]);
  expect(() => alerts.ack(id, 'ann')).toThrow(refusal('REQUEST_INVALID', /is over since/));
  expect(() => alerts.ack('a00000000', 'ann')).toThrow(refusal('NOT_FOUND', /there is no alert a00000000/));
  await alerts.stop();
});

test('a silence holds until it ends or is ended, also over a restart', async () => {
  const { clock, open, kinds } = scene();
  const first = open();
  const { id } = first.silence({ kind: 'silence', match: { rule: 'store.*' }, forMs: 2 * H, by: 'ann' });
  expect(first.silence({ kind: 'silence', match: {}, forMs: 1, by: 'ann' }).id).not.toBe(id);
  await first.stop();
  const alerts = open();
  alerts.take([report()]);
  await clock.advance(30 * MIN);
  expect(kinds()).toEqual([]);
  expect(alerts.silences().map((one) => one.id)).toEqual([id]);
  alerts.endSilence(id, 'ann');
  await clock.advance(2 * S);
  expect(kinds()).toEqual(['phone firing']);
  expect(() => alerts.endSilence(id, 'ann')).toThrow(refusal('NOT_FOUND', /no silence s1/));
  for (const forMs of [0, -1, Number.NaN, 31 * 24 * H])
    expect(() => alerts.silence({ kind: 'silence', match: {}, forMs, by: 'ann' })).toThrow(
      refusal('REQUEST_INVALID', /lasts/),
    );
  await alerts.stop();
});

test('other settings act at the next turn', async () => {
  const { clock, open, kinds, change } = scene();
  const alerts = open();
  alerts.take([report({ severity: 'error' })]);
  await clock.advance(11 * S);
  change({ repeatMs: 1 * MIN });
  await clock.advance(3 * MIN);
  expect(kinds()).toEqual(['phone firing', 'phone reminder', 'phone reminder', 'phone reminder']);
  await alerts.stop();
});

test('a store that refuses has it told to who reports, loses nothing, and sends nothing that it does not have', async () => {
  const memory = createMemoryAlertStore('t');
  let isFull = true;
  const { clock, open, kinds } = scene({
    ...memory,
    commit(changes) {
      if (isFull) throw new MoonwardenError('STORE_FULL', 'the disk is full');
      memory.commit(changes);
    },
  });
  const alerts = open();
  expect(() => {
    alerts.take([report({ severity: 'critical' })]);
  }).toThrow(refusal('STORE_FULL', /full/));
  await clock.advance(10 * S);
  expect(kinds()).toEqual([]);
  isFull = false;
  await clock.advance(2 * S);
  expect(kinds()).toEqual(['phone firing']);
  expect(memory.snapshot().alerts).toHaveLength(1);
  await alerts.stop();
});
