import type { Scope } from '../../contract/index.ts';
import type { Database } from './database.ts';
import { storeError } from './errors.ts';

/** A stored access token: only its hash is known. */
export interface StoredAccessToken {
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
  readonly hash: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

/** Access tokens in the database. A write that is refused throws MoonwardenError STORE_FULL or STORE_FAILED. */
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
      named(() => add.run(id, name, scope, hash, createdAt));
    },
    revoke: (id) => named(() => revoke.run(id)).changes > 0,
    touch: (id, at) => {
      named(() => touch.run(at, id));
    },
  };
}

function named<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw storeError(error);
  }
}
