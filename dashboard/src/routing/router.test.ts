import { expect, it } from 'vitest';
import { routeOf, tokenPath } from './router.ts';

it.each([
  ['/', { page: 'overview' }],
  ['/stability', { page: 'health' }],
  ['/configuration', { page: 'configuration' }],
  ['/health', { page: 'unknown', path: '/health' }],
  ['/flow', { page: 'flow' }],
  ['/jobs', { page: 'jobs' }],
  ['/resources', { page: 'resources' }],
  ['/flow/x', { page: 'unknown', path: '/flow/x' }],
  ['/tokens/abc', { page: 'token', mint: 'abc' }],
  ['/tokens/a%2Fb', { page: 'token', mint: 'a/b' }],
  ['/tokens/%E0%A4%A', { page: 'unknown', path: '/tokens/%E0%A4%A' }],
  ['/tokens', { page: 'unknown', path: '/tokens' }],
  ['/tokens/a/b', { page: 'unknown', path: '/tokens/a/b' }],
  ['/nowhere', { page: 'unknown', path: '/nowhere' }],
])('%s', (path, route) => expect(routeOf(path)).toEqual(route));

it('a mint survives its path', () => {
  expect(routeOf(tokenPath('../x?y#z'))).toEqual({ page: 'token', mint: '../x?y#z' });
});
