import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pacer, channelPaces, pacesOf, waitMs } from './pacer.ts';

const second = { calls: 1, perMs: 1_000 };

describe('waitMs', () => {
  it.each<[string, readonly number[], number, number]>([
    ['nothing went', [], 0, 0],
    ['one just went', [100], 100, 1_000],
    ['one went a while ago', [100], 700, 400],
    ['one went long ago', [100], 1_100, 0],
  ])('%s', (_, past, now, expected) => {
    expect(waitMs([second], past, now)).toBe(expected);
  });

  it('the longest of all counts', () => {
    const past = Array.from({ length: 20 }, (_, n) => n * 1_000);
    expect(waitMs(pacesOf('-5'), past, 20_000)).toBe(40_000);
    expect(waitMs(pacesOf('5'), past, 20_000)).toBe(0);
  });
});

it('a group and a chat with a name have the pace of groups', () => {
  expect(channelPaces('-5')).toEqual([second, { calls: 20, perMs: 60_000 }, { calls: 30, perMs: 1_000 }]);
  expect(channelPaces('@ops')).toEqual(channelPaces('-5'));
  expect(channelPaces('5')).toEqual([second, { calls: 30, perMs: 1_000 }]);
});

it('who waits as long as told never goes over a pace', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('-1', '2', '3'), fc.nat(5_000)), { maxLength: 120 }),
      (sends) => {
        const pacer = new Pacer();
        const sent: { chat: string; atMs: number }[] = [];
        let nowMs = 0;
        for (const [chat, idleMs] of sends) {
          nowMs += idleMs;
          nowMs += pacer.waitMs(chat, nowMs);
          pacer.sent(chat, nowMs);
          sent.push({ chat, atMs: nowMs });
        }
        for (const { chat, atMs } of sent) {
          const within = (perMs: number): number =>
            sent.filter((one) => one.chat === chat && one.atMs > atMs - perMs && one.atMs <= atMs).length;
          expect(within(1_000)).toBe(1);
          if (chat === '-1') expect(within(60_000)).toBeLessThanOrEqual(20);
        }
      },
    ),
  );
});
