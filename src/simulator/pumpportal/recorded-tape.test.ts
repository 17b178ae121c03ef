import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import { recordedTape } from './recorded-tape.ts';
import type { TapeFrame } from './tape.ts';

let clock: FakeClock;
let folder: string;
let told: [number, TapeFrame][];
const emit = (frame: TapeFrame): void => {
  told.push([clock.monotonic(), frame]);
};

beforeEach(() => {
  clock = new FakeClock();
  told = [];
  folder = mkdtempSync(join(tmpdir(), 'moonwarden-tape-'));
  mkdirSync(join(folder, 'pumpportal'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  expect(clock.pending).toBe(0);
});
const write = (name: string, lines: readonly (object | string)[]): void => {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  writeFileSync(join(folder, 'pumpportal', name), text);
};
const line = (t_wall: number, body: object): object => ({ t_wall, raw: JSON.stringify(body) });

describe('a recorded tape', () => {
  it('of the frames written by hand comes in their rhythm, without the acknowledgements', async () => {
    const stop = recordedTape('test/fixtures', clock)?.play(emit);
    await clock.advance(60_000);
    stop?.();
    expect(told.map(([at, { topic }]) => [Math.round(at), topic])).toEqual([
      [700, 'creation'],
      [1_200, 'migration'],
      [1_900, 'creation'],
      [2_400, 'creation'],
      [2_900, 'migration'],
      [3_300, null],
      [3_800, 'creation'],
      [4_100, 'creation'],
      [4_600, 'creation'],
      [5_000, 'migration'],
    ]);
  });

  it('begins when it is first played; what comes while nobody listens is lost', async () => {
    write(
      'a.jsonl',
      [1, 2, 3, 4].map((s) => line(s, { txType: 'migrate', s })),
    );
    const tape = recordedTape(folder, clock);
    await clock.advance(30_000);
    const stop = tape?.play(emit);
    await clock.advance(500);
    stop?.();
    await clock.advance(1_700);
    const stopAgain = tape?.play(emit);
    await clock.advance(60_000);
    stopAgain?.();
    expect(told.map(([at, { text }]) => [at, text])).toEqual([
      [30_000, '{"txType":"migrate","s":1}'],
      [33_000, '{"txType":"migrate","s":4}'],
    ]);
    const late = tape?.play(emit);
    await clock.advance(60_000);
    late?.();
    expect(told, 'it plays once').toHaveLength(2);
  });

  it('without times comes a frame a second; what is no line of a recording is passed over', async () => {
    write('a.jsonl', [{ raw: '{"a":1}' }, 'broken', '{"t_wall":1}', { raw: 'no JSON' }]);
    write('notes.txt', ['{"raw":"not a tape"}']);
    const stop = recordedTape(folder, clock)?.play(emit);
    await clock.advance(60_000);
    stop?.();
    expect(told).toEqual([
      [0, { topic: null, text: '{"a":1}', offsetMs: 0 }],
      [1_000, { topic: null, text: 'no JSON', offsetMs: 1_000 }],
    ]);
  });

  it('is none where there is no frame', () => {
    expect(recordedTape(folder, clock)).toBeUndefined();
    expect(recordedTape(join(folder, 'nowhere'), clock)).toBeUndefined();
  });
});
