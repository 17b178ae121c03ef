import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { paths } from '../../src/contract/index.ts';
import { shareService, until } from './service.ts';

const NEEDS = new URL('../../node_modules/.cache/moonwarden-test-needs.json', import.meta.url);

/** Prometheus' own checker: named by PROMTOOL_PATH, found when the tests were set up, or where Debian puts it. */
function findPromtool(): string | undefined {
  const candidates = [process.env['PROMTOOL_PATH'], '/usr/bin/promtool'];
  try {
    const needs = JSON.parse(readFileSync(NEEDS, 'utf8')) as { promtool?: { found?: string | null } };
    candidates.splice(1, 0, needs.promtool?.found ?? undefined);
  } catch {
    // They were not set up.
  }
  return candidates.find((path) => {
    try {
      accessSync(path ?? '', constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const promtool = findPromtool();
// Where everything must be tested it fails instead.
const isLeftOut = promtool === undefined && process.env['CI'] !== 'true';
if (isLeftOut)
  console.warn('No promtool was found, so /metrics is not checked by it: apt-get install prometheus');

const check = (text: string): { status: number | null; said: string } => {
  const { status, stdout, stderr } = spawnSync(promtool ?? 'promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
};

describe('what Prometheus reads', { skip: isLeftOut }, () => {
  const { service } = shareService();
  const read = async (): Promise<string> => (await fetch(service().url + paths.metrics)).text();

  test('is as promtool wants it, once everything is measured', async () => {
    // Latencies, quotas and the history of jobs are there after calls and runs only.
    let text = '';
    await until('a latency', async () => {
      text = await read();
      return (
        /dependency_latency_p99_seconds\{.*\} \d/.test(text) && text.includes('signal="job_lag_s{group=')
      );
    });
    expect(text.split('\n').length).toBeGreaterThan(150);
    expect(check(text)).toEqual({ status: 0, said: '' });
  });

  test('and promtool would say so', () => {
    expect(check('requests_total{a="b} 1\n').status).toBe(1);
    expect(check('# HELP requests x\n# TYPE requests counter\nrequests 1\n').said).toContain('_total');
  });
});
