import { describe, expect, it } from 'vitest';
import { USD1, USDC, WRAPPED_SOL } from '../dexscreener/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { MAX_FRAME_BYTES, parseFrame } from './wire.ts';

const MINT = mintOf(1);
const migrate = { signature: 'abc', mint: MINT, txType: 'migrate', pool: 'pump-amm' };
const create = { ...migrate, txType: 'create', pool: 'pump', name: 'Moon', symbol: 'MOON', solAmount: 1 };
const migration = { kind: 'migration', mint: MINT, pool: 'pump-amm' };
const STABLECOIN = 'a stablecoin is a quote, not a token to score';
const NO_MINT = 'not a Solana mint (32 bytes in base58)';

describe('a frame', () => {
  it.each<[string, unknown, unknown]>([
    ['of a migration', migrate, migration],
    ['of a migration without a pool', { mint: MINT, txType: 'migrate' }, { ...migration, pool: null }],
    ['with an odd pool', { ...migrate, pool: 7 }, { ...migration, pool: null }],
    ['in `data`', { data: migrate }, migration],
    [
      'in `payload`, as `token`',
      { payload: { token: MINT, txType: 'migrate', pool: 'x' } },
      { ...migration, pool: 'x' },
    ],
    ['in `message`', { message: migrate }, migration],
    ['with a `message` beside it that is text', { ...migrate, message: 'hello' }, migration],
    ['with `data` beside it that is something else', { ...migrate, data: [1] }, migration],
    ['of a creation', create, { kind: 'created', mint: MINT, pool: 'pump', name: 'Moon', symbol: 'MOON' }],
    [
      'of a creation without a name',
      { mint: MINT, txType: 'create', pool: 'bonk', solInPool: 1, name: null },
      { kind: 'created', mint: MINT, pool: 'bonk', name: null, symbol: null },
    ],
    [
      'of an acknowledgement',
      { message: "Subscribed to 'migration' events." },
      { kind: 'subscribed', topic: 'migration', text: "Subscribed to 'migration' events." },
    ],
    [
      'of the other acknowledgement',
      { message: 'Successfully subscribed to token creation events.' },
      { kind: 'subscribed', topic: 'creation', text: 'Successfully subscribed to token creation events.' },
    ],
    [
      'of an acknowledgement in new words',
      { message: 'Subscribed.' },
      { kind: 'subscribed', topic: null, text: 'Subscribed.' },
    ],
    [
      'of a notice',
      { message: "'subscribeTokenTrade' needs a key" },
      { kind: 'notice', text: "'subscribeTokenTrade' needs a key" },
    ],
    [
      'of a refusal',
      { message: 'Not subscribed: too many' },
      { kind: 'notice', text: 'Not subscribed: too many' },
    ],
    ['of an error', { errors: 'Invalid message' }, { kind: 'notice', text: 'Invalid message' }],
    ['with the mint of USDC', { ...create, mint: USDC }, { kind: 'ignored', reason: STABLECOIN }],
    ['with the mint of USD1', { ...migrate, mint: USD1 }, { kind: 'ignored', reason: STABLECOIN }],
    [
      'with wrapped SOL',
      { ...migrate, mint: WRAPPED_SOL },
      { kind: 'ignored', reason: 'wrapped SOL is a quote, not a token to score' },
    ],
    ['with a short mint', { ...migrate, mint: 'abc' }, { kind: 'ignored', reason: NO_MINT }],
    [
      'with an address of another chain',
      { ...migrate, mint: `0x${'a'.repeat(40)}` },
      { kind: 'ignored', reason: NO_MINT },
    ],
    ['without a mint', { txType: 'migrate' }, { kind: 'ignored', reason: 'no mint' }],
    ['with a mint that is a number', { txType: 'create', mint: 5 }, { kind: 'ignored', reason: 'no mint' }],
    ['of a trade', { ...migrate, txType: 'buy' }, { kind: 'ignored', reason: 'another txType' }],
    ['without a txType', { mint: MINT }, { kind: 'ignored', reason: 'no txType' }],
    ['of nothing', {}, { kind: 'ignored', reason: 'neither a token nor a message' }],
    ['that is a list', [migrate], { kind: 'ignored', reason: 'not an object' }],
    ['that is null', null, { kind: 'ignored', reason: 'not an object' }],
  ])('%s', (_, frame, expected) => {
    expect(parseFrame(JSON.stringify(frame))).toEqual(expected);
  });

  it('that is not JSON, or nested beyond reason, is ignored', () => {
    expect(parseFrame('<html>')).toEqual({ kind: 'ignored', reason: 'not JSON' });
    expect(parseFrame('')).toEqual({ kind: 'ignored', reason: 'not JSON' });
    expect(parseFrame('['.repeat(500_000)).kind).toBe('ignored');
    expect(parseFrame(`{"data":${'['.repeat(200_000)}${']'.repeat(200_000)}}`).kind).toBe('ignored');
  });

  it('over 1 MiB is refused, also when only its bytes are over it', () => {
    const fill = (character: string, length: number): string =>
      JSON.stringify({ ...migrate, uri: character.repeat(length) });
    const room = MAX_FRAME_BYTES - fill('x', 0).length;
    expect(parseFrame(fill('x', room))).toEqual(migration);
    expect(parseFrame(fill('x', room + 1))).toEqual({ kind: 'ignored', reason: 'over 1 MiB' });
    expect(parseFrame(fill('ü', room / 2 + 1))).toEqual({ kind: 'ignored', reason: 'over 1 MiB' });
  });

  it('has its texts shortened', () => {
    const notice = parseFrame(JSON.stringify({ message: 'x'.repeat(5_000) }));
    expect(notice).toEqual({ kind: 'notice', text: 'x'.repeat(300) });
    expect(parseFrame(JSON.stringify({ ...create, name: 'n'.repeat(5_000) }))).toMatchObject({
      name: 'n'.repeat(200),
    });
  });
});
