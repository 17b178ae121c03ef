import { afterEach, expect, test } from 'vitest';
import { FakeClock } from './fake-clock.ts';
import { trapGlobals, type ReleaseTrap } from './global-trap.ts';

let release: ReleaseTrap | undefined;
afterEach(() => {
  release?.();
  release = undefined;
});

const TRAPPED: Readonly<Record<string, () => unknown>> = {
  'new Date()': () => new Date(),
  'Date()': () => Date(),
  'Date.now': () => Date.now(),
  'Math.random': () => Math.random(),
  'performance.now': () => performance.now(),
  'process.hrtime': () => process.hrtime(),
  'process.hrtime.bigint': () => process.hrtime.bigint(),
  setTimeout: () => setTimeout(() => undefined, 1),
  setInterval: () => setInterval(() => undefined, 1),
  setImmediate: () => setImmediate(() => undefined),
  'crypto.randomUUID': () => crypto.randomUUID(),
  'crypto.getRandomValues': () => crypto.getRandomValues(new Uint8Array(1)),
  'AbortSignal.timeout': () => AbortSignal.timeout(1),
};

test.each(Object.entries(TRAPPED))(
  '%s throws, is remembered with its caller, and works afterwards',
  (name, call) => {
    release = trapGlobals();
    expect(call).toThrow(`${name} was called under virtual time`);
    const caught = release();
    release = undefined;
    expect(caught).toEqual([{ name, stack: expect.stringContaining('global-trap.test.ts') as unknown }]);
    const result = call();
    if (name.startsWith('set')) clearTimeout(result as NodeJS.Timeout);
    if (name === 'setImmediate') clearImmediate(result as NodeJS.Immediate);
  },
);

test('everything is as before afterwards, to the last property', () => {
  const owners = [globalThis, Math, performance, process, crypto, AbortSignal, Date];
  // Node makes its fetch dispatcher when somebody first looks at it, as the comparison below does.
  const isLazy = (key: string | symbol): boolean => String(key).includes('undici.globalDispatcher');
  const picture = () =>
    owners.map((owner) =>
      Reflect.ownKeys(owner)
        .filter((key) => !isLazy(key))
        .map((key) => [key, Object.getOwnPropertyDescriptor(owner, key)] as const),
    );
  const before = picture();
  const caughtNothing = trapGlobals()();
  expect(caughtNothing).toEqual([]);
  picture().forEach((properties, index) => {
    expect(properties).toEqual(before[index]);
  });
});

test('dates of a known time stay usable', () => {
  release = trapGlobals();
  const date = new Date(0);
  expect(date.toISOString()).toBe('1970-01-01T00:00:00.000Z');
  expect(date).toBeInstanceOf(Date);
  expect(Date.UTC(1970, 0, 2)).toBe(86_400_000);
  expect(Date.parse('1970-01-01T00:00:01Z')).toBe(1_000);
  expect(new Date(1970, 0, 1).getFullYear()).toBe(1970);
});

test('virtual time runs while the trap is set', async () => {
  const clock = new FakeClock();
  release = trapGlobals();
  const fired: number[] = [];
  clock.schedule(1_000, () => fired.push(clock.now()));
  await clock.advance(1_000);
  expect(release()).toEqual([]);
  release = undefined;
  expect(fired).toEqual([Date.UTC(2026, 0, 1) + 1_000]);
});
