import type { Scope, Session } from '../../contract/index.ts';
import { isLocalHostHeader, isLoopback } from './address.ts';

/** What a request showed of who sends it, already checked. */
export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'token' | 'cookie'; readonly name: string; readonly scope: Scope }
  /** A token that is not valid. */
  | { readonly kind: 'bad' }
  /** A token that was not looked at, because its address is locked out. */
  | { readonly kind: 'locked' };

/** Everything that decides whether a request is let in. */
export interface RequestFacts {
  /** Address of the other end of the connection. */
  readonly peer: string;
  /** Address that the server is bound to. */
  readonly bind: string;
  /** The Host header; undefined when there is none, or more than one. */
  readonly host: string | undefined;
  /** Name of a forwarding header that the request has. */
  readonly forwardedBy: string | null;
  readonly httpVersion: string;
  /** Whether local callers need no token. */
  readonly trustLocal: boolean;
  readonly credential: Credential;
  /** The scope that the route needs; null when anyone may call it. */
  readonly needs: Scope | null;
}

/** Who was let in and why, or why not. `via` is `nobody` for a caller without a name on a route for anyone. */
export type Admission =
  | {
      readonly allowed: true;
      readonly via: Session['via'];
      readonly name: string;
      readonly scope: Scope;
      readonly reason: string;
    }
  | { readonly allowed: true; readonly via: 'nobody'; readonly scope: null; readonly reason: string }
  | {
      readonly allowed: false;
      readonly code: 'UNAUTHORIZED' | 'FORBIDDEN' | 'LOCKED_OUT';
      readonly via: Session['via'] | 'nobody';
      readonly scope: Scope | null;
      readonly reason: string;
    };

const rank: Record<Scope, number> = { read: 0, operate: 1, admin: 2 };

/** Whether `scope` includes `needed`. */
function includesScope(scope: Scope, needed: Scope): boolean {
  return rank[scope] >= rank[needed];
}

/** Whether a request comes from this machine and nobody else could have sent it through something on this machine. */
export function judgeLocal(facts: Omit<RequestFacts, 'credential' | 'needs'>): {
  readonly local: boolean;
  readonly reason: string;
} {
  const foreign = (reason: string) => ({ local: false, reason });
  if (!facts.trustLocal) return foreign('Local callers need a token here.');
  if (!isLoopback(facts.bind)) return foreign('The server is bound to an address that others can reach.');
  if (!isLoopback(facts.peer)) return foreign('The caller is on another machine.');
  if (!isLocalHostHeader(facts.host)) return foreign('The Host header names another machine.');
  if (facts.forwardedBy !== null)
    return foreign(`The header ${facts.forwardedBy} says that a proxy sent it.`);
  // nginx speaks HTTP/1.0 to its upstream by default, with a local Host header and without a forwarding header.
  if (facts.httpVersion === '1.0') return foreign('HTTP/1.0 is what a proxy speaks.');
  return { local: true, reason: 'The caller is on this machine.' };
}

/** Decides whether a request is let in. Pure. */
export function admit(facts: RequestFacts): Admission {
  const { credential, needs } = facts;
  const refuse = (
    code: 'UNAUTHORIZED' | 'FORBIDDEN' | 'LOCKED_OUT',
    reason: string,
    via: Session['via'] | 'nobody' = 'nobody',
    scope: Scope | null = null,
  ): Admission => ({ allowed: false, code, via, scope, reason });

  if (credential.kind === 'locked')
    return refuse('LOCKED_OUT', 'Too many wrong tokens came from this address.');
  if (credential.kind === 'bad') return refuse('UNAUTHORIZED', 'The token is not valid.');
  if (credential.kind === 'token' || credential.kind === 'cookie') {
    const { kind: via, name, scope } = credential;
    if (needs === null || includesScope(scope, needs)) {
      return { allowed: true, via, name, scope, reason: `The ${via} has the scope ${scope}.` };
    }
    return refuse('FORBIDDEN', `This needs the scope ${needs}, and the ${via} has ${scope}.`, via, scope);
  }
  const { local, reason } = judgeLocal(facts);
  if (local) return { allowed: true, via: 'local', name: 'local', scope: 'admin', reason };
  if (needs === null) return { allowed: true, via: 'nobody', scope: null, reason: 'Anyone may call this.' };
  return refuse('UNAUTHORIZED', `Without a token only a local caller is let in. ${reason}`);
}
