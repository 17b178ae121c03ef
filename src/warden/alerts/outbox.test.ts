import { describe, expect, test } from 'vitest';
import { FakeClock, createRandom, silentLogger } from '../../kernel/index.ts';
import type { Channel, Delivery, DeliveryContext, Pace } from './channels/channel.ts';
import { createMemoryAlertStore } from './memory-store.ts';
import type { Message } from './message.ts';
import type { Notice } from './notice.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import type { Severity } from './severity.ts';
import type { AlertChange, AlertStore, ChannelState, Outgoing } from './store-port.ts';

const S = 1_000;
const MIN = 60 * S;
const H = 60 * MIN;

const message: Message = {
  ...{ mood: 'warning', title: 'Slow', text: [], facts: [], items: [], total: 0, sections: [], links: [] },
  ...{ attachment: null, about: null },
};

const noticeOf = (id: string, severity: Severity = 'warning', thread = id): Notice => ({
  ...{ id, kind: 'firing', update: false, at: 0, severity, thread, alerts: [], total: 1, list: null },
  counts: { info: 0, warning: 1, error: 0, critical: 0 },
});

const sent = (ref: string | null = null): Delivery => ({ kind: 'sent', ref });
const later = (retryAfterMs: number | null = null): Delivery => ({
  kind: 'later',
  why: 'reset',
  retryAfterMs,
});

interface Call {
  readonly at: number;
  readonly notice: string;
  readonly key: string;
  readonly thread: string | null;
}

/** A channel that does what it is told to. */
class ScriptedChannel implements Channel {
  readonly calls: Call[] = [];
  answer: (call: Call, context: DeliveryContext) => Delivery | Promise<Delivery> = () => sent();
  check = async (): Promise<{ readonly ok: boolean; readonly why: string }> => ({ ok: false, why: 'reset' });
  readonly paces: readonly Pace[];
  readonly #clock: FakeClock;
  readonly #startMs: number;

  constructor(clock: FakeClock, paces: readonly Pace[] = []) {
    this.#clock = clock;
    this.#startMs = clock.now();
    this.paces = paces;
  }

  get delivered(): readonly string[] {
    return this.calls.map(({ notice }) => notice);
  }

  async deliver({ id }: Notice, _message: Message, context: DeliveryContext): Promise<Delivery> {
    const call = {
      at: this.#clock.now() - this.#startMs,
      notice: id,
      key: context.key,
      thread: context.thread,
    };
    this.calls.push(call);
    return this.answer(call, context);
  }
}

function scene(names: readonly string[] = ['phone'], paces: readonly Pace[] = []) {
  const clock = new FakeClock();
  const store = createMemoryAlertStore('t');
  const channels = new Map(names.map((name) => [name, new ScriptedChannel(clock, paces)]));
  const changes: [string, boolean][] = [];
  const startMs = clock.now();
  const open = (over: Pick<AlertStore, 'commit' | 'refOf' | 'snapshot'> = store): Outbox => {
    const outbox = createOutbox({
      ...{ clock, log: silentLogger, random: createRandom(1), store: over, channels, compose: () => message },
      onChannel: ({ name }: ChannelState, isLost) => changes.push([name, isLost]),
    });
    outbox.start();
    return outbox;
  };
  const put = (outbox: Outbox, notice: Notice, channel = 'phone'): void => {
    const outgoing: Outgoing = {
      ...{ id: `${notice.id}/${channel}`, channel, tried: [], notice, createdAt: clock.now(), attempts: 0 },
      ...{ nextAt: clock.now(), why: null },
    };
    store.commit([{ kind: 'outgoing', outgoing }]);
    outbox.add([outgoing]);
  };
  const channel = (name = 'phone'): ScriptedChannel => {
    const one = channels.get(name);
    if (!one) throw new Error(name);
    return one;
  };
  return { clock, store, open, put, channel, changes, now: () => clock.now() - startMs };
}

describe('what is stored is delivered', () => {
  test('once, and is told in the thread of its first message', async () => {
    const { clock, store, open, put, channel } = scene();
    channel().answer = () => sent('77');
    const outbox = open();
    put(outbox, noticeOf('n1'));
    await clock.advance(1);
    put(outbox, noticeOf('n2', 'warning', 'n1'));
    await clock.advance(1 * H);
    expect(channel().calls).toMatchObject([
      { notice: 'n1', key: 'n1/phone', thread: null },
      { notice: 'n2', key: 'n2/phone', thread: '77' },
    ]);
    expect(store.snapshot().outgoing).toEqual([]);
    expect(store.delivered(2)).toMatchObject([{ outcome: 'sent' }, { outcome: 'sent', ref: '77' }]);
    await outbox.stop();
  });

  test('the gravest first, then the oldest', async () => {
    const { clock, open, put, channel } = scene(['phone'], [{ calls: 1, perMs: 1 * S }]);
    const outbox = open();
    for (const [id, severity] of [
      ['n1', 'warning'],
      ['n2', 'warning'],
      ['n3', 'critical'],
    ] as const)
      put(outbox, noticeOf(id, severity));
    await clock.advance(10 * S);
    expect(channel().delivered).toEqual(['n3', 'n1', 'n2']);
    await outbox.stop();
  });

  test('no faster than all paces allow', async () => {
    const { clock, open, put, channel } = scene(
      ['phone'],
      [
        { calls: 1, perMs: 1 * S },
        { calls: 5, perMs: 1 * MIN },
      ],
    );
    const outbox = open();
    for (let i = 0; i < 12; i++) put(outbox, noticeOf(`n${i}`));
    await clock.advance(3 * MIN);
    const at = channel().calls.map((call) => call.at);
    expect(at).toHaveLength(12);
    for (const [index, time] of at.entries()) {
      if (index >= 1) expect(time - (at[index - 1] ?? 0)).toBeGreaterThanOrEqual(1 * S);
      if (index >= 5) expect(time - (at[index - 5] ?? 0)).toBeGreaterThanOrEqual(1 * MIN);
    }
    await outbox.stop();
  });

  test('also when the process died before, or in the middle', async () => {
    const { clock, store, open, put, channel } = scene();
    const first = open();
    channel().answer = (_call, { signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          resolve(later());
        });
      });
    put(first, noticeOf('n1'));
    put(first, noticeOf('n2'));
    await clock.advance(1 * S);
    await first.stop();
    expect(store.snapshot().outgoing).toHaveLength(2);
    channel().answer = () => sent();
    const second = open();
    await clock.advance(1 * S);
    expect(channel().delivered).toEqual(['n1', 'n1', 'n2']);
    expect(store.snapshot().outgoing).toEqual([]);
    await second.stop();
  });

  test('once, also when what became of it cannot be stored at first', async () => {
    const { clock, store, open, put, channel } = scene();
    let isFull = true;
    const full = {
      snapshot: store.snapshot,
      refOf: store.refOf,
      commit(changes: readonly AlertChange[]) {
        if (isFull) throw new Error('the disk is full');
        store.commit(changes);
      },
    };
    const outbox = open(full);
    put(outbox, noticeOf('n1'));
    await clock.advance(10 * S);
    expect(store.snapshot().outgoing).toHaveLength(1);
    isFull = false;
    put(outbox, noticeOf('n2'));
    await clock.advance(10 * S);
    expect(channel().delivered).toEqual(['n1', 'n2']);
    expect(store.snapshot().outgoing).toEqual([]);
    await outbox.stop();
  });

  test('a channel that the configuration has no more gives its notices to the first one', async () => {
    const { clock, open, put, channel } = scene();
    const outbox = open();
    put(outbox, noticeOf('n1'), 'pager');
    await clock.advance(1 * S);
    expect(channel().delivered).toEqual(['n1']);
    await outbox.stop();
  });
});

describe('what a channel does not take now', () => {
  test('is tried again with growing pauses, and given up after a day', async () => {
    const { clock, store, open, put, channel } = scene();
    channel().answer = () => later();
    const outbox = open();
    put(outbox, noticeOf('n1'));
    await clock.advance(30 * H);
    const at = channel().calls.map((call) => call.at);
    expect(at[1]).toBeLessThanOrEqual(1.25 * S);
    expect(at[2]).toBeGreaterThan(2 * (at[1] ?? 0));
    expect(at.length).toBeLessThan(130);
    expect(at.at(-1)).toBeGreaterThanOrEqual(24 * H);
    expect(at.at(-1)).toBeLessThan(24.5 * H);
    expect(store.delivered(1)).toMatchObject([
      { outcome: 'given-up', why: 'Nothing went through for 24.2 h: reset' },
    ]);
    await outbox.stop();
  });

  test('is not called at all in a ban, also across a restart', async () => {
    const { clock, open, put, channel } = scene();
    let isFirst = true;
    channel().answer = () => {
      if (!isFirst) return sent();
      isFirst = false;
      return later(10 * S);
    };
    const first = open();
    for (let i = 0; i < 8; i++) put(first, noticeOf(`n${i}`));
    await clock.advance(4 * S);
    await first.stop();
    const second = open();
    put(second, noticeOf('late', 'critical'));
    await clock.advance(5_999);
    expect(channel().calls).toHaveLength(1);
    await clock.advance(1 * S);
    expect(channel().delivered).toHaveLength(1 + 9);
    expect(new Set(channel().delivered).size).toBe(9);
    await second.stop();
  });
});

describe('a channel that fails', () => {
  test('for an hour: others tell instead, each notice once, and it is used again when it works', async () => {
    const { clock, store, open, put, channel, changes, now } = scene(['phone', 'mail', 'log']);
    const isDown = (): boolean => now() < 1 * H;
    channel().answer = () => (isDown() ? later() : sent());
    channel().check = async () => ({ ok: !isDown(), why: 'reset' });
    const outbox = open();
    for (let i = 0; i < 130; i++) {
      put(outbox, noticeOf(`n${i}`));
      await clock.advance(30 * S);
    }
    await clock.advance(10 * MIN);
    const delivered = store.delivered(1_000).filter(({ outcome }) => outcome === 'sent');
    expect(delivered.map(({ id }) => id.split('/')[0]).toSorted()).toEqual(
      Array.from({ length: 130 }, (_, i) => `n${i}`).toSorted(),
    );
    expect(delivered.filter((one) => one.channel === 'phone').length).toBeGreaterThanOrEqual(8);
    expect(channel('log').calls).toEqual([]);
    expect(changes).toEqual([
      ['phone', true],
      ['phone', false],
    ]);
    expect(outbox.pending()).toEqual([]);
    await outbox.stop();
  });

  test('until a person changes something is passed over at once', async () => {
    const { clock, open, put, channel, changes } = scene(['phone', 'mail']);
    channel().answer = () => ({ kind: 'dead', why: 'The bot was blocked.' });
    const outbox = open();
    put(outbox, noticeOf('n1', 'critical'));
    await clock.advance(1);
    put(outbox, noticeOf('n2'));
    await clock.advance(1);
    expect(channel('mail').delivered).toEqual(['n1', 'n2']);
    expect(channel().delivered).toEqual(['n1']);
    expect(changes).toEqual([['phone', true]]);
    await outbox.stop();
  });

  test('does not have a notice told twice by one that has it anyway', async () => {
    const { clock, open, put, channel } = scene(['phone', 'mail']);
    channel().answer = () => ({ kind: 'dead', why: 'The bot was blocked.' });
    const outbox = open();
    put(outbox, noticeOf('n1'), 'mail');
    put(outbox, noticeOf('n1'), 'phone');
    await clock.advance(1 * MIN);
    expect(channel('mail').delivered).toEqual(['n1']);
    expect(outbox.pending()).toEqual([]);
    await outbox.stop();
  });

  test('for one message alone works on; another channel gets that message', async () => {
    const { clock, open, put, channel, changes } = scene(['phone', 'mail']);
    channel().answer = ({ notice }) => (notice === 'n1' ? { kind: 'refused', why: 'too long' } : sent());
    const outbox = open();
    put(outbox, noticeOf('n1'));
    put(outbox, noticeOf('n2'));
    await clock.advance(1 * S);
    expect(channel('mail').delivered).toEqual(['n1']);
    expect(channel().delivered).toEqual(['n1', 'n2']);
    expect(changes).toEqual([]);
    await outbox.stop();
  });

  test('by throwing or by never answering is one that fails', async () => {
    const { clock, open, put, channel } = scene(['phone', 'pager', 'mail']);
    channel().answer = () => Promise.reject(new Error('a bug'));
    channel('pager').answer = () => new Promise(() => undefined);
    const outbox = open();
    put(outbox, noticeOf('n1'));
    await clock.advance(10 * MIN);
    expect(channel('mail').delivered).toEqual(['n1']);
    expect(channel('pager').calls.length).toBeGreaterThan(1);
    await outbox.stop();
  });

  test('is remembered over a restart, with what it keeps for itself', async () => {
    const { clock, store, open, put, channel } = scene();
    channel().answer = (_call, { remember }) => {
      remember('chat_id', '-100');
      return sent();
    };
    const first = open();
    put(first, noticeOf('n1'));
    await clock.advance(1);
    await first.stop();
    expect(store.snapshot().channels).toMatchObject([{ memory: { chat_id: '-100' } }]);
    let seen: Readonly<Record<string, string>> = {};
    channel().answer = (_call, { memory }) => {
      seen = { ...memory };
      return sent();
    };
    const second = open();
    put(second, noticeOf('n2'));
    await clock.advance(1);
    expect(seen).toEqual({ chat_id: '-100' });
    await second.stop();
  });
});
