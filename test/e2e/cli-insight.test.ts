import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  failedList,
  flowReport,
  marketsExport,
  paths,
  releaseResult,
  stuckList,
  tokenStory,
} from '../../src/contract/index.ts';
import { ERROR_CODES } from '../../src/kernel/index.ts';
import { mintOf } from '../contracts/tokens.ts';
import { errorIn, shareService, tempFile, until } from './service.ts';

const { service, on, json } = shareService();

test('why tokens are where they are, in JSON and in lines of 80 characters', async () => {
  await until('a failed check', async () => {
    const { items } = await service().get(paths.flowFailed, failedList);
    return items.length > 0;
  });
  const [failed] = (await json(failedList, 'tokens', 'failed', '--limit', '1')).items;
  const mint = failed?.mint ?? '';
  expect(await json(tokenStory, 'tokens', 'explain', mint)).toMatchObject({ mint, status: 'monitoring' });
  expect((await json(stuckList, 'tokens', 'stuck')).ours).toBe(0);
  expect((await json(flowReport, 'tokens', 'flow', '--hours', '3')).byHour).toHaveLength(3);
  expect(await json(flowReport, 'tokens', 'activation', 'report')).toMatchObject({ hours: 24 });
  expect(await json(releaseResult, 'tokens', 'release', '--reason', 'a test')).toEqual({ released: 0 });
  expect(await json(marketsExport, 'tokens', 'export', '--top', '2')).toMatchObject({
    generator: 'moonwarden',
  });
  const said = await Promise.all(
    [
      ['explain', mint],
      ['stuck'],
      ['failed'],
      ['flow'],
      ['activation', 'report'],
      ['release', '--reason', 'a test'],
      ['refresh', mint],
    ].map((args) => on('tokens', ...args)),
  );
  for (const { code, stdout, stderr } of said) {
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('\u001b');
    const words = /\S{75,}/;
    expect(stdout.split('\n').filter((line) => line.length > 80 && !words.test(line))).toEqual([]);
  }
  const [story, stuck, failures, flow, report, release, refresh] = said.map(({ stdout }) => stdout);
  expect(story).toMatch(/What would change that:\n {2}- .*\n[^]*What happened \(UTC\):\n/);
  expect(stuck).toMatch(/^0 stuck by a fault of the service, \d+ not eligible yet\.\n/);
  expect(failures).toContain(mint);
  expect(flow).toMatch(/\nHOUR \(UTC\) +FOUND +ACTIVATED/);
  expect(report).toMatch(/\.\n$/);
  expect(release).toBe('No move was waiting.\n');
  expect(refresh).toMatch(/^DexScreener shows? .*\n$/);

  const file = tempFile('markets.json', '[]');
  expect(await on('tokens', 'export', file)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+ of \d+ tokens written to /) as string,
  });
  marketsExport.parse(JSON.parse(readFileSync(file, 'utf8')));
  expect((await on('tokens', 'export', '/nowhere/x')).code).toBe(ERROR_CODES.FILE_UNWRITABLE.exitCode);
});

test('errors are JSON with --json, and speak of the command, not of the request', async () => {
  const [sort, unknown, noReason, option] = await Promise.all([
    on('tokens', 'list', '--sort', 'nonsense', '--json'),
    on('tokens', 'explain', mintOf(99), '--json'),
    on('tokens', 'release', '--json'),
    on('status', '--nonsense', '--json'),
  ]);
  for (const { code, stdout } of [sort, unknown, noReason, option]) {
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
  }
  expect(errorIn(sort)).toMatchObject({ code: 'REQUEST_INVALID', faults: [{ path: 'sort' }] });
  expect(errorIn(unknown)).toMatchObject({
    code: 'TOKEN_UNKNOWN',
    message: expect.stringContaining(mintOf(99)) as string,
  });
  expect(errorIn(noReason)).toMatchObject({ code: 'USAGE' });
  expect(errorIn(option)).toMatchObject({ code: 'USAGE', message: "unknown option '--nonsense'" });
  const plain = await on('tokens', 'list', '--sort', 'nonsense');
  expect(plain.stderr).toMatch(/\[REQUEST_INVALID\]\n {2}sort: /);
  expect(plain.stderr).not.toMatch(/query/i);
});
