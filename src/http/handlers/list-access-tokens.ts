import type { AccessTokenInfo } from '../../contract/index.ts';
import { json } from '../answer.ts';
import type { Handler } from '../call.ts';

/** The access tokens, newest first, without their hashes. */
export const listAccessTokens: Handler = ({ services }) => {
  const items = services.settings.access
    .list()
    .map(({ id, name, scope, createdAt, lastUsedAt }): AccessTokenInfo => ({
      id,
      name,
      scope,
      createdAt,
      lastUsedAt,
    }))
    .sort((a, b) => b.createdAt - a.createdAt);
  return json({ items });
};
