import { startStopwatch } from '../../kernel/index.ts';
import type { LifeProof } from '../../app/index.ts';
import { print, printTable } from '../report.ts';

const MOST_SHOWN = 40;

/** Runs the proof with its progress on standard error, in place on a terminal and now and then elsewhere. */
export async function proveLife(options: { seed: number; tokens: number; days: number }): Promise<LifeProof> {
  const { verifyLife } = await import('../../app/index.ts');
  const elapsedMs = startStopwatch();
  const { isTTY } = process.stderr;
  let shownMs = -Infinity;
  const proof = await verifyLife({
    ...options,
    onProgress(share, doing) {
      const spentMs = elapsedMs();
      if (spentMs - shownMs < (isTTY ? 500 : 15_000)) return;
      shownMs = spentMs;
      const leftS = Math.round((spentMs / share - spentMs) / 1_000);
      const line = `${doing}: ${(share * 100).toFixed(0)} %, about ${leftS} s left`;
      process.stderr.write(isTTY ? `\r${line.padEnd(60)}` : `${line}\n`);
    },
  });
  if (isTTY) process.stderr.write(`\r${' '.repeat(60)}\r`);
  return proof;
}

/** Whether nothing at all speaks against it. */
export const isProven = ({ disagreements, lost, unexplained }: LifeProof): boolean =>
  disagreements.length + lost.length + unexplained.length === 0;

export function printProof(proof: LifeProof): void {
  const { days, seed, tokens, agreeing, disagreements, delays, allowedMs, lost, unexplained, held } = proof;
  print(`${days} virtual days with seed ${seed}: ${tokens} tokens.`);
  print(`${agreeing} agree with the truth of the market, ${tokens - agreeing} do not.`);
  print(
    `Transitions for worse were held ${held.times} times, for ${Math.round(held.ms / 60_000)} min together, because many would have come at once; no delay counts that time.`,
  );
  print(`${lost.length} lost, ${unexplained.length} transitions without reason.`);
  const minutes = (ms: number): string => `${(ms / 60_000).toFixed(1)} min`;
  printTable(
    ['transition', 'followed', 'median delay', 'p95', 'worst', 'allowed', 'disagree'],
    (Object.keys(allowedMs) as (keyof typeof allowedMs)[]).map((kind) => {
      const one = delays[kind];
      return [
        kind,
        String(one?.count ?? 0),
        ...(one ? [one.medianMs, one.p95Ms, one.worstMs].map(minutes) : ['-', '-', '-']),
        minutes(allowedMs[kind]),
        String(disagreements.filter((other) => other.kind === kind).length),
      ];
    }),
    [1, 2, 3, 4, 5, 6],
  );
  for (const { mint, symbol, kind, atMs, why } of disagreements.slice(0, MOST_SHOWN))
    print(`${new Date(atMs).toISOString()}  ${kind}  ${symbol.trim()} ${mint}: ${why}`);
  if (disagreements.length > MOST_SHOWN)
    print(`and ${disagreements.length - MOST_SHOWN} more (--json has all)`);
  for (const what of [...lost.slice(0, MOST_SHOWN), ...unexplained.slice(0, MOST_SHOWN)]) print(`  ${what}`);
}
