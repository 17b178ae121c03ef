import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { USDC, judgeMint } from '../dexscreener/index.ts';
import { recordedFrames, sessionFrames } from './testing/frames.ts';
import { parseFrame, type Frame } from './wire.ts';

const REASONS = new Set([
  'over 1 MiB',
  'not JSON',
  'not an object',
  'neither a token nor a message',
  'no txType',
  'another txType',
  'no mint',
  'not a Solana mint (32 bytes in base58)',
  'wrapped SOL is a quote, not a token to score',
  'a stablecoin is a quote, not a token to score',
]);

/** Whatever came in, what comes out can be used as it is. */
function expectSound(frame: Frame): void {
  switch (frame.kind) {
    case 'migration':
    case 'created':
      expect(judgeMint(frame.mint)).toEqual({ ok: true, mint: frame.mint });
      expect(frame.pool?.length ?? 0).toBeLessThanOrEqual(200);
      return;
    case 'subscribed':
    case 'notice':
      expect(frame.text.length).toBeLessThanOrEqual(300);
      return;
    case 'ignored':
      expect(REASONS).toContain(frame.reason);
  }
}

const countKinds = (frames: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const text of frames) {
    const frame = parseFrame(text);
    expectSound(frame);
    const key = frame.kind === 'ignored' ? frame.reason : frame.kind;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
};

const originals = [...sessionFrames(), ...(recordedFrames() ?? [])];
const original = fc.constantFrom(...originals);

/** A frame with one of its fields exchanged for anything. */
const changedField = fc
  .tuple(original, fc.nat(), fc.oneof(fc.jsonValue(), fc.constant(USDC), fc.string({ maxLength: 60 })))
  .map(([text, index, value]) => {
    const frame = JSON.parse(text) as Record<string, unknown>;
    const keys = [...Object.keys(frame), 'data', 'payload', 'message', 'token', '__proto__'];
    return JSON.stringify({ ...frame, [keys[index % keys.length] as string]: value });
  });
/** A frame with a stretch of its text cut out or exchanged. */
const changedText = fc
  .tuple(original, fc.nat(), fc.nat({ max: 40 }), fc.string({ maxLength: 20 }))
  .map(([text, at, length, fill]) => {
    const from = at % (text.length + 1);
    return text.slice(0, from) + fill + text.slice(from + length);
  });
const wrapped = fc
  .tuple(original, fc.constantFrom('data', 'payload', 'message'))
  .map(([text, key]) => `{"${key}":${text}}`);

describe('frames of any kind', () => {
  it('are understood or ignored for a reason, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.oneof(changedField, changedText, wrapped, fc.json(), fc.string()), (text) => {
        expectSound(parseFrame(text));
      }),
      { numRuns: 12_000 },
    );
  });

  it('mean the same at the root and inside', () => {
    fc.assert(
      fc.property(original, fc.constantFrom('data', 'payload', 'message'), (text, key) => {
        const direct = parseFrame(text);
        if (direct.kind !== 'migration' && direct.kind !== 'created') return;
        expect(parseFrame(`{"${key}":${text}}`)).toEqual(direct);
      }),
    );
  });
});

describe('scenario 47: the mint of USDC in creations', () => {
  it('is refused and counted, in frames written by hand', () => {
    expect(countKinds(sessionFrames())).toEqual({
      subscribed: 2,
      migration: 3,
      created: 5,
      notice: 1,
      'a stablecoin is a quote, not a token to score': 1,
    });
  });

  it('is refused and counted, in the recording', () => {
    const recorded = recordedFrames();
    // The recording is not part of the project.
    if (recorded) {
      expect(countKinds(recorded)).toEqual({
        subscribed: 2,
        migration: 7,
        created: 188,
        notice: 1,
        'a stablecoin is a quote, not a token to score': 10,
      });
    }
  });
});
