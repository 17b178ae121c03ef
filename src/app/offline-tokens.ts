import { MoonwardenError, silentLogger, systemClock, systemEntropy } from '../kernel/index.ts';
import { accessTokenDraft, type AccessTokenCreated, type Scope } from '../contract/index.ts';
import { makeAccessToken } from '../http/index.ts';
import { openSqliteStore, type SqliteStore } from '../storage/index.ts';

/** Works on the access tokens of a data folder while no service runs on it. @throws MoonwardenError as opening a store does. */
export async function withStoredTokens<T>(
  folder: string,
  work: (tokens: SqliteStore['accessTokens']) => T,
): Promise<T> {
  const store = openSqliteStore({ clock: systemClock, log: silentLogger, folder });
  try {
    return work(store.accessTokens);
  } finally {
    await store.close();
  }
}

/** Makes an access token as the API does; its secret is in the result and nowhere else. @throws MoonwardenError REQUEST_INVALID. */
export async function createStoredToken(
  folder: string,
  draft: { readonly name: string; readonly scope: Scope },
): Promise<AccessTokenCreated> {
  const parsed = accessTokenDraft.safeParse(draft);
  if (!parsed.success) {
    throw new MoonwardenError('REQUEST_INVALID', 'there can be no such access token', {
      faults: parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
    });
  }
  const { token, secret } = makeAccessToken(systemEntropy, parsed.data, systemClock.now());
  await withStoredTokens(folder, (tokens) => {
    tokens.add(token);
  });
  const { id, name, scope, createdAt, lastUsedAt } = token;
  return { id, name, scope, createdAt, lastUsedAt, secret };
}
