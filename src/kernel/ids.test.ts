import { expect, test } from 'vitest';
import { createId, systemEntropy, type Entropy } from './ids.ts';

const counting: Entropy = (bytes) => Uint8Array.from({ length: bytes }, (_, index) => 250 + index);

test.each([
  [undefined, 'evv8_f7_AAEC'],
  [3, 'evv8'],
  [0, ''],
])('%s bytes become base64url', (bytes, id) => {
  expect(createId(counting, bytes)).toBe(id);
});

test('the real entropy gives as many bytes as asked, and others each time', () => {
  expect(systemEntropy(32)).toHaveLength(32);
  const ids = new Set(Array.from({ length: 1_000 }, () => createId(systemEntropy)));
  expect(ids.size).toBe(1_000);
  for (const id of ids) expect(id).toMatch(/^[A-Za-f][\w-]{11}$/);
});
