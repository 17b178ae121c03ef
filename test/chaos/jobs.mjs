// @ts-check
/**
 * `npm run proof:jobs -- [--rounds 20] [--seed 7] [--stop SECONDS]`: real processes with the scheduler on a ledger in SQLite are
 * killed with -9, stand still, fight for one ledger, and run jobs that throw wherever they can. Prints one JSON line.
 */
import { parseArgs } from 'node:util';
import { killAgainAndAgain, standStill, throwEverywhere, twoAtOnce } from './scheduler/plays.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: '7' },
    stop: { type: 'string', default: '60' },
  },
});
const [rounds, seed, seconds] = [values.rounds, values.seed, values.stop].map(Number);
if (![rounds, seed, seconds].every((value) => Number.isInteger(value) && Number(value) >= 0)) {
  console.error('--rounds, --seed and --stop (seconds) are whole numbers');
  process.exitCode = 2;
} else {
  const killed = await killAgainAndAgain({ rounds: Number(rounds), seed: Number(seed) });
  const [dead, woken, thrown] = await Promise.all([
    twoAtOnce({ wakes: false }),
    twoAtOnce({ wakes: true }),
    throwEverywhere({ ms: 10_000 }),
  ]);
  const stood = Number(seconds) > 0 ? await standStill({ seconds: Number(seconds) }) : null;
  const parts = { killed, dead, woken, thrown, ...(stood ? { stood } : {}) };
  const wrong = Object.entries(parts).flatMap(([name, part]) => part.wrong.map((text) => `${name}: ${text}`));
  const told = Object.entries(parts).map(([name, { wrong: _, ...figures }]) => [name, figures]);
  console.log(
    JSON.stringify({ ...Object.fromEntries(told), wrong: wrong.slice(0, 20), faults: wrong.length }),
  );
  process.exitCode = wrong.length === 0 && killed.cutOff > 0 ? 0 : 1;
}
