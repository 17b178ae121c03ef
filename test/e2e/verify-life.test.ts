import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

interface Proof {
  readonly tokens: number;
  readonly agreeing: number;
  readonly disagreements: readonly unknown[];
  readonly lost: readonly string[];
  readonly unexplained: readonly string[];
  readonly delays: Readonly<Record<string, { count: number; worstMs: number } | undefined>>;
}

it('each token has, for half a day, the status that the truth of the market calls for', async () => {
  const { code, stdout, stderr } = await new Promise<{ code: number; stdout: string; stderr: string }>(
    (resolve) => {
      execFile(
        process.execPath,
        [PROGRAM, 'simulate', '--verify', '--json', '--days', '0.5', '--tokens', '60', '--seed', '7'],
        { maxBuffer: 50_000_000 },
        (error, out, err) => {
          resolve({
            code: typeof error?.code === 'number' ? error.code : error ? -1 : 0,
            stdout: out,
            stderr: err,
          });
        },
      );
    },
  );
  expect(stderr.replaceAll(/^(?:running|comparing): \d+ %, about \d+ s left\n/gm, '')).toBe('');
  const proof = JSON.parse(stdout) as Proof;
  expect(proof.disagreements).toEqual([]);
  expect([proof.lost, proof.unexplained]).toEqual([[], []]);
  expect(proof.tokens).toBeGreaterThanOrEqual(55);
  expect(proof.agreeing).toBe(proof.tokens);
  // A run in which nothing happens would agree, too.
  expect(proof.delays['activation']?.count).toBeGreaterThan(10);
  expect(proof.delays['demotion']?.count).toBeGreaterThan(2);
  expect(code).toBe(0);
});
