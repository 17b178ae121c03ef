import type { Scope } from '../../contract/index.ts';
import type { Database } from './database.ts';

/** A stored access token: only its hash is known. */
export interface StoredAccessToken {
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
  readonly hash: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

/** Access tokens in the database. */
export interface AccessTokenStore {
  list(): readonly StoredAccessToken[];
  add(token: StoredAccessToken): void;
  /** Whether there was such a token. */
  revoke(id: string): boolean;
  touch(id: string, at: number): void;
}

export function createAccessTokenStore(database: Database): AccessTokenStore {
  const list = database.prepare(`
    SELECT id, name, scope, hash, created_at AS createdAt, last_used_at AS lastUsedAt FROM access_token ORDER BY created_at, id`);
  const add = database.prepare(
    'INSERT INTO access_token (id, name, scope, hash, created_at) VALUES (?, ?, ?, ?, ?)',
  );
  const revoke = database.prepare('DELETE FROM access_token WHERE id = ?');
  const touch = database.prepare('UPDATE access_token SET last_used_at = ? WHERE id = ?');
  return {
    list: () => list.all().map((row) => ({ ...(row as StoredAccessToken) })),
    add: ({ id, name, scope, hash, createdAt }) => {
      add.run(id, name, scope, hash, createdAt);
    },
    revoke: (id) => revoke.run(id).changes > 0,
    touch: (id, at) => {
      touch.run(at, id);
    },
  };
}
