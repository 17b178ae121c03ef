import type { AccessTokens } from '../http/index.ts';
import type { SqliteStore } from '../storage/index.ts';

/** The stored access tokens, in the form that the server asks for. */
export function accessTokensOf(store: Pick<SqliteStore, 'accessTokens'>): AccessTokens {
  const tokens = store.accessTokens;
  return {
    list: () => tokens.list(),
    add: async (token) => {
      tokens.add(token);
    },
    revoke: async (id) => tokens.revoke(id),
    touch: (id, at) => {
      tokens.touch(id, at);
    },
  };
}
