import { base58 } from '@scure/base';
import { createRandom, type Random } from '../../kernel/index.ts';
import type { Launch } from '../market.ts';
import { USDC } from '../market/assets.ts';
import type { TapeFrame } from './tape.ts';

/** Of 197 creations in a recording of 2026, 10 carried the mint of USDC. */
const USDC_SHARE = 10 / 197;
/** Of 198 mints in it, 2 came twice. */
const REPEAT_SHARE = 2 / 198;
/** One creation in so many is of the pool bonk, with other fields. */
const BONK_SHARE = 1 / 198;

/** The frames by which PumpPortal tells of a launch, with its oddities. The same launch gives the same frames. */
export function framesOf(launch: Launch): readonly TapeFrame[] {
  const random = createRandom(`${launch.kind}/${launch.mint}`);
  const frame: TapeFrame =
    launch.kind === 'migrated'
      ? frameOf('migration', {
          signature: randomText(random, 64),
          mint: launch.mint,
          txType: 'migrate',
          pool: 'pump-amm',
        })
      : frameOf('creation', creationOf(launch, random));
  const isWithUsdc = launch.kind === 'created' && random.next() < USDC_SHARE;
  return [
    ...(isWithUsdc ? [frameOf('creation', usdcCreation(random))] : []),
    frame,
    ...(random.next() < REPEAT_SHARE ? [frame] : []),
  ];
}

const frameOf = (topic: TapeFrame['topic'], body: object): TapeFrame => ({
  topic,
  text: JSON.stringify(body),
});

function creationOf({ mint, name, symbol }: Launch, random: Random): object {
  const isBonk = random.next() < BONK_SHARE;
  const solAmount = Math.round(random.next() * 5e9) / 1e9;
  const bought = Math.round((solAmount / (30 + solAmount)) * 1_073e12) / 1e6;
  const head = {
    signature: randomText(random, 64),
    mint,
    traderPublicKey: randomText(random, 32),
    txType: 'create',
    initialBuy: bought,
    solAmount,
  };
  const marketCapSol = (30 + solAmount) ** 2 / 32.19;
  const tail = { name, symbol, uri: `https://metadata.example/${mint.slice(0, 12)}` };
  if (isBonk) {
    return {
      ...head,
      solInPool: solAmount,
      tokensInPool: 1_000_000_000 - bought,
      newTokenBalance: bought,
      marketCapSol,
      ...tail,
      pool: 'bonk',
    };
  }
  return {
    ...head,
    bondingCurveKey: randomText(random, 32),
    vTokensInBondingCurve: 1_073_000_000 - bought,
    vSolInBondingCurve: 30 + solAmount,
    marketCapSol,
    ...tail,
    is_mayhem_mode: false,
    pool: 'pump',
  };
}

/** A creation that names the quote instead of the token, and nothing else of use. */
function usdcCreation(random: Random): object {
  return {
    signature: randomText(random, 64),
    mint: USDC.mint,
    traderPublicKey: randomText(random, 32),
    txType: 'create',
    initialBuy: 0,
    solAmount: 0,
    bondingCurveKey: randomText(random, 32),
    vTokensInBondingCurve: 1_073_000_000,
    vSolInBondingCurve: 30,
    marketCapSol: 27.958993476234856,
    is_mayhem_mode: false,
    pool: 'pump',
  };
}

function randomText(random: Random, bytes: number): string {
  return base58.encode(Uint8Array.from({ length: bytes }, () => random.integer(0, 255)));
}
