import { createHash } from 'node:crypto';
import type { Scope } from '../../contract/index.ts';
import { createId, type Clock, type Entropy } from '../../kernel/index.ts';
import type { HttpLimits } from '../options.ts';
import type { AccessTokens } from '../ports.ts';
import { BoundedMap } from './bounded-map.ts';

/** Somebody who logged in. `tokenId` is null when a login link was used. Times are monotonic milliseconds. */
export interface BrowserSession {
  /** Hash of the id that the cookie carries. */
  readonly key: string;
  readonly tokenId: string | null;
  readonly name: string;
  readonly scope: Scope;
  readonly startedMs: number;
  readonly usedMs: number;
}

type SessionLimits = Pick<HttpLimits, 'sessions' | 'sessionIdleMs' | 'sessionMs'>;

/** Why a session has ended; null while it lives. Pure. */
function sessionEnd(
  session: BrowserSession,
  tokenExists: boolean,
  limits: Pick<SessionLimits, 'sessionIdleMs' | 'sessionMs'>,
  nowMs: number,
): string | null {
  if (!tokenExists) return 'Its token was revoked.';
  if (nowMs - session.usedMs >= limits.sessionIdleMs) return 'It was idle for too long.';
  if (nowMs - session.startedMs >= limits.sessionMs) return 'It is too old.';
  return null;
}

const keyOf = (id: string): string => createHash('sha256').update(id).digest('hex');

/** The sessions of browsers, in memory: a restart ends them. The one unused for longest makes room for a new one. */
export class Sessions {
  readonly #byKey: BoundedMap<string, BrowserSession>;
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #access: AccessTokens;
  readonly #limits: SessionLimits;

  constructor(clock: Clock, entropy: Entropy, access: AccessTokens, limits: SessionLimits) {
    this.#clock = clock;
    this.#entropy = entropy;
    this.#access = access;
    this.#limits = limits;
    this.#byKey = new BoundedMap(limits.sessions);
  }

  /** Starts a session; returns the id for the cookie. */
  start(who: Pick<BrowserSession, 'tokenId' | 'name' | 'scope'>): string {
    const id = createId(this.#entropy, 32);
    const nowMs = this.#clock.monotonic();
    this.#byKey.set(keyOf(id), { ...who, key: keyOf(id), startedMs: nowMs, usedMs: nowMs });
    return id;
  }

  /** The living session of a cookie; using it puts off its idle end. */
  use(id: string): BrowserSession | undefined {
    const session = this.peek(keyOf(id));
    if (session === undefined) return undefined;
    const used = { ...session, usedMs: this.#clock.monotonic() };
    this.#byKey.set(session.key, used);
    return used;
  }

  /** The living session with a key, without using it. */
  peek(key: string): BrowserSession | undefined {
    const session = this.#byKey.get(key);
    if (session === undefined) return undefined;
    const tokenExists =
      session.tokenId === null || this.#access.list().some(({ id }) => id === session.tokenId);
    if (sessionEnd(session, tokenExists, this.#limits, this.#clock.monotonic()) === null) return session;
    this.#byKey.delete(key);
    return undefined;
  }

  /** False when there was none. */
  end(key: string): boolean {
    return this.#byKey.delete(key);
  }
}
