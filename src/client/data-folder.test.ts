import { expect, test } from 'vitest';
import { dataFolder } from './data-folder.ts';

test('the data folder is the flag’s, the environment’s, or the usual one', () => {
  expect(dataFolder('a', { MOONWARDEN_DATA: 'b' })).toBe('a');
  expect(dataFolder(undefined, { MOONWARDEN_DATA: 'b' })).toBe('b');
  expect(dataFolder(undefined, {})).toBe('./data');
});
