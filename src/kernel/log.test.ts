import { expect, test } from 'vitest';
import { silentLogger } from './log.ts';

test('the silent logger takes everything and says nothing', () => {
  const { debug, info, warning, error, critical, child } = silentLogger;
  for (const write of [debug, info, warning, error, critical]) {
    expect(() => {
      write('x', { y: 1 });
    }).not.toThrow();
  }
  expect(child('module')).toBe(silentLogger);
});
