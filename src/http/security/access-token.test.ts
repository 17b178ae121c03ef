import { expect, it } from 'vitest';
import { systemEntropy } from '../../kernel/index.ts';
import { bearerSecret, hashAccessToken, makeAccessToken, verifyAccessToken } from './access-token.ts';

const make = (name: string) => makeAccessToken(systemEntropy, { name, scope: 'read' }, 5);

it('makes a secret of 256 bits and keeps only its hash', () => {
  const { token, secret } = make('prometheus');
  expect(secret).toMatch(/^mw_[A-Za-z0-9_-]{43}$/);
  expect(token).toMatchObject({ name: 'prometheus', scope: 'read', createdAt: 5, lastUsedAt: null });
  expect(token.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(JSON.stringify(token)).not.toContain(secret.slice(3));
});

it('finds the token of a secret wherever it stands, and none for another', () => {
  const made = [make('a'), make('b'), make('c')];
  const tokens = made.map(({ token }) => token);
  for (const { token, secret } of made) expect(verifyAccessToken(secret, tokens)).toBe(token);
  expect(verifyAccessToken(make('d').secret, tokens)).toBeUndefined();
  expect(verifyAccessToken('', tokens)).toBeUndefined();
  expect(verifyAccessToken(made[0]?.token.hash ?? '', tokens)).toBeUndefined();
  expect(verifyAccessToken('x', [])).toBeUndefined();
});

it('survives a damaged hash, and takes no secret of another shape', () => {
  const weak = { ...make('weak').token, hash: hashAccessToken('password') };
  const damaged = { ...make('damaged').token, hash: 'zz' };
  expect(verifyAccessToken('password', [weak, damaged])).toBeUndefined();
});

it.each([
  ['Bearer abc', 'abc'],
  ['bearer   abc ', 'abc'],
  ['Bearer', undefined],
  ['Bearer a b', undefined],
  ['Basic abc', undefined],
  ['', undefined],
])('reads %j as %j', (header, secret) => {
  expect(bearerSecret(header)).toBe(secret);
});
