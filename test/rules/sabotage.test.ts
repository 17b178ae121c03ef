import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { patches } from '../sabotage/patches.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

test('there are at least 15 ways to break the product, told apart by name', () => {
  expect(patches.length).toBeGreaterThanOrEqual(15);
  expect(new Set(patches.map(({ name }) => name)).size).toBe(patches.length);
});

// `npm run sabotage` plants each of them and runs the tests; here none may rot.
test.each(patches.map((patch) => [patch.name, patch] as const))('%s can be planted', (_, patch) => {
  const text = readFileSync(`${ROOT}${patch.file}`, 'utf8');
  expect(text.split(patch.find)).toHaveLength(2);
  expect(patch.replace).not.toBe(patch.find);
  for (const path of patch.tests) {
    const folder = path.split('/').slice(0, -1).join('/');
    expect(existsSync(`${ROOT}${path}`) || existsSync(`${ROOT}${folder}`), path).toBe(true);
  }
});
