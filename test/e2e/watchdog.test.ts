import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { healthReport, journalPage, type JournalEntry } from '../../src/contract/index.ts';
import { cleanUp, startService, tempFile, tempFolder, until, type RunningService } from './service.ts';

afterAll(cleanUp);

/**
 * Code that blocks the service it is loaded into: SIGUSR2 until a file is there, SIGWINCH for ever. A busy machine may take
 * seconds until the watching thread looks on, so a block of a fixed length might be over before.
 */
const BLOCKER = `
import { existsSync } from 'node:fs';
function blockForAWhile() {
  do { for (const t = performance.now(); performance.now() - t < 250; ); } while (!existsSync(process.env.BLOCK_ENDS));
}
function blockForEver() { for (;;); }
process.on('SIGUSR2', () => blockForAWhile());
process.on('SIGWINCH', () => blockForEver());
`;

const start = (folder: string): Promise<RunningService> => {
  const blocker = pathToFileURL(tempFile('blocker.mjs', BLOCKER)).href;
  return startService({
    folder,
    env: {
      NODE_OPTIONS: `--import=${blocker}`,
      MOONWARDEN_WATCHDOG_LIMIT: '700ms',
      BLOCK_ENDS: join(folder, 'block-ends'),
    },
  });
};
const blocks = async (service: RunningService): Promise<readonly JournalEntry[]> =>
  (await service.get('/api/journal?type=loop.blocked', journalPage)).items;

test('a service that was blocked tells what by, in log, journal and health; one that is killed in a block is told of by the next', async () => {
  const folder = tempFolder();
  const first = await start(folder);
  process.kill(first.pid, 'SIGUSR2');
  await until('the words of the watching thread', () => first.stderr().includes('has been blocked for'));
  writeFileSync(join(folder, 'block-ends'), '');
  let found: JournalEntry | undefined;
  await until('the journal entry', async () => {
    found = (await blocks(first)).find(({ reason }) => reason.includes('blockForAWhile'));
    return found !== undefined;
  });
  expect(found).toMatchObject({
    type: 'loop.blocked',
    reason: expect.stringMatching(
      /^The event loop was blocked for .* s in blockForAWhile \(.*blocker\.mjs:4\)/,
    ) as string,
    data: { cause: 'javascript', function: 'blockForAWhile', line: 4, unfinished: false },
  });
  const logFile = join(folder, 'logs', 'moonwarden.log');
  // Written by the watching thread while the loop stood still, and by the loop afterwards.
  for (const words of ['has been blocked for', 'was blocked for']) {
    expect(readFileSync(logFile, 'utf8')).toMatch(new RegExp(`${words} [^"]* in blockForAWhile`));
  }
  await until('the condition', async () =>
    (await first.get('/health', healthReport)).conditions.some(({ rule }) => rule === 'loop.blocked'),
  );

  process.kill(first.pid, 'SIGWINCH');
  await until('the trace', () => existsSync(join(folder, 'blocked.json')));
  await first.stop('SIGKILL');
  const second = await start(folder);
  await until('the entry of the next', async () =>
    (await blocks(second)).some(({ reason }) => reason.includes('blockForEver')),
  );
  const [entry] = (await blocks(second)).filter(({ reason }) => reason.includes('blockForEver'));
  expect(entry?.reason).toMatch(
    /^The process before this one ended in a block\. The event loop has been blocked for/,
  );
  expect(existsSync(join(folder, 'blocked.json'))).toBe(false);
  expect(await second.stop()).toMatchObject({ code: 0 });
});
