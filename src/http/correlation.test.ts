import { expect, it } from 'vitest';
import { correlationIdOf } from './correlation.ts';

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const own = '07'.repeat(16);
const entropy = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(7);

it.each([
  [`00-${trace}-00f067aa0ba902b7-01`, trace],
  [`01-${trace}-00f067aa0ba902b7-01-what-comes-later`, trace],
  [`ff-${trace}-00f067aa0ba902b7-01`, own],
  [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, own],
  [`00-${trace}-${'0'.repeat(16)}-01`, own],
  [`00-${trace.toUpperCase()}-00f067aa0ba902b7-01`, own],
  [`00-${trace}-00f067aa0ba902b7-01x`, own],
  ['', own],
  [undefined, own],
])('%j gives %j', (header, expected) => {
  expect(correlationIdOf(header, entropy)).toBe(expected);
});
