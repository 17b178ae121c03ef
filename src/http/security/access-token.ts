import { createHash, timingSafeEqual } from 'node:crypto';
import type { Scope } from '../../contract/index.ts';
import { createId, type Entropy } from '../../kernel/index.ts';
import type { AccessToken } from '../ports.ts';

const SECRET_BYTES = 32;
const secretShape = /^mw_[A-Za-z0-9_-]{43}$/;

/** SHA-256 of a secret, in hex. No salt and no stretching: the secret has 256 random bits. */
export function hashAccessToken(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** A new token and its secret, `mw_` and 32 random bytes in base64url. `at` is wall-clock time in milliseconds. */
export function makeAccessToken(
  entropy: Entropy,
  draft: { readonly name: string; readonly scope: Scope },
  at: number,
): { readonly token: AccessToken; readonly secret: string } {
  const secret = `mw_${createId(entropy, SECRET_BYTES)}`;
  const { name, scope } = draft;
  return {
    secret,
    token: {
      id: createId(entropy),
      name,
      scope,
      createdAt: at,
      lastUsedAt: null,
      hash: hashAccessToken(secret),
    },
  };
}

/** The token that `secret` belongs to. Takes the same time whichever token it is, or none. */
export function verifyAccessToken(secret: string, tokens: readonly AccessToken[]): AccessToken | undefined {
  const hash = Buffer.from(hashAccessToken(secret), 'hex');
  let found: AccessToken | undefined;
  for (const token of tokens) {
    const stored = Buffer.from(token.hash, 'hex');
    if (stored.length === hash.length && timingSafeEqual(stored, hash)) found = token;
  }
  return secretShape.test(secret) ? found : undefined;
}

/** What an `Authorization` header carries; undefined when it is not a bearer token. */
export function bearerSecret(header: string): string | undefined {
  return /^Bearer +([^\s]+) *$/i.exec(header)?.[1];
}
