// @ts-check

/** @typedef {{ name: string, fault: { kind: string, [option: string]: unknown }, line?: 'fail' | 'hang' }} Case */

/** What goes wrong, row by row. `line` is what names and new connections come to meanwhile. @type {readonly Case[]} */
export const CASES = [
  { name: '429 with Retry-After: 10', fault: { kind: 'throttled', retryAfterS: 10 } },
  { name: '429 without Retry-After', fault: { kind: 'throttled' } },
  { name: 'grants 200 a minute', fault: { kind: 'limited', perMinute: 200 } },
  { name: '5xx', fault: { kind: 'server-error' } },
  { name: 'connections refused', fault: { kind: 'down' } },
  { name: 'answers 3 s late', fault: { kind: 'slow', delayMs: 3_000 } },
  { name: 'answers 8 s late', fault: { kind: 'slow', delayMs: 8_000 } },
  { name: 'half of the answers malformed', fault: { kind: 'malformed' } },
  { name: 'challenge page with 200', fault: { kind: 'challenge', status: 200 } },
  { name: 'challenge page with 403', fault: { kind: 'challenge', status: 403 } },
  { name: 'challenge page with 503', fault: { kind: 'challenge', status: 503 } },
  { name: 'reset in the middle of the body', fault: { kind: 'reset-in-body' } },
  { name: 'name does not resolve', fault: { kind: 'unresolved' }, line: 'fail' },
  { name: 'network gone', fault: { kind: 'gone' }, line: 'hang' },
];
