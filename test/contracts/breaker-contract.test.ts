import { readFileSync } from 'node:fs';
import prettier from 'prettier';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cockatiel, moonwarden, opossum } from './breaker-adapters.ts';
import { ORDINARY_CASES } from './breaker-cases.ts';
import {
  NotOffered,
  type BreakerUnderTest,
  type ContractCase,
  type MakeBreaker,
} from './breaker-contract.ts';
import { FAULT_CASES } from './breaker-faults.ts';
import { PEERS, expectedOf, renderPeersPage, type Verdict } from './breaker-peers.ts';

const CASES = [...ORDINARY_CASES, ...FAULT_CASES];
const MAKERS = { cockatiel, opossum };
const PAGE = '../../docs/resilience-peers.md';

beforeEach(() => {
  // All of them read the machine's clocks, which are virtual here.
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Runs a case. A rejection that nobody can catch is a failure too, and not one of the test run. */
async function runCase(make: MakeBreaker, { run }: ContractCase): Promise<void> {
  const made: BreakerUnderTest[] = [];
  const others = process.listeners('unhandledRejection');
  const escaped: unknown[] = [];
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (error) => escaped.push(error));
  try {
    await run({
      make(options) {
        const breaker = make(options);
        made.push(breaker);
        return breaker;
      },
      time: {
        pass: async (ms) => {
          await vi.advanceTimersByTimeAsync(ms);
        },
        now: () => Date.now(),
        jumpWall: (ms) => {
          vi.setSystemTime(Date.now() + ms);
        },
      },
    });
    // Node tells of them when the turn is over.
    await new Promise((resolve) => setImmediate(resolve));
    expect(escaped).toEqual([]);
  } finally {
    for (const breaker of made) breaker.close();
    await new Promise((resolve) => setImmediate(resolve));
    process.removeAllListeners('unhandledRejection');
    for (const listener of others) process.on('unhandledRejection', listener);
  }
}

const verdictOf = (make: MakeBreaker, each: ContractCase): Promise<Verdict> =>
  runCase(make, each).then(
    () => 'kept',
    (error: unknown) => (error instanceof NotOffered ? 'not offered' : 'broken'),
  );

describe('moonwarden keeps every promise', () => {
  test.each(CASES)('$promise', (each) => runCase(moonwarden, each));
});

describe.each(Object.entries(PEERS))('%s', (name, peer) => {
  test.each(CASES)(`is seen to do what the table says: $id`, async (each) => {
    expect(await verdictOf(MAKERS[name as keyof typeof MAKERS], each)).toBe(expectedOf(peer, each));
  });

  test('is the version that the table names, and the table names only cases that there are', () => {
    const root = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    const { devDependencies } = JSON.parse(root) as { devDependencies: Record<string, string> };
    expect(devDependencies[name]).toBe(peer.version);
    const ids = CASES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of [...peer.breaks, ...peer.lacks]) expect(ids).toContain(id);
  });
});

test('the page of it is what was seen', async () => {
  const page = renderPeersPage([
    { title: 'What one expects of any breaker', cases: ORDINARY_CASES },
    { title: 'What users ran into', cases: FAULT_CASES },
  ]);
  const style = await prettier.resolveConfig(new URL(PAGE, import.meta.url));
  await expect(await prettier.format(page, { ...style, parser: 'markdown' })).toMatchFileSnapshot(PAGE);
});
