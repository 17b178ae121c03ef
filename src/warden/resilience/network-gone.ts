/** Why a host cannot be reached. `unreachable`: there is no way to it, or nothing comes back from it. */
export type Unreachable = 'dns' | 'refused' | 'unreachable';

/** By the codes of Node and undici. `local`: it can only be the network of this machine, whichever host was called. */
const CODES: Readonly<Record<string, { readonly why: Unreachable; readonly local: boolean }>> = {
  ENOTFOUND: { why: 'dns', local: false },
  EAI_AGAIN: { why: 'dns', local: true },
  ECONNREFUSED: { why: 'refused', local: false },
  EHOSTUNREACH: { why: 'unreachable', local: false },
  EHOSTDOWN: { why: 'unreachable', local: false },
  ENETUNREACH: { why: 'unreachable', local: true },
  ENETDOWN: { why: 'unreachable', local: true },
  UND_ERR_CONNECT_TIMEOUT: { why: 'unreachable', local: false },
};

/** A host that answers late, or whose answer nobody waited for, may be there or not. */
const SAYS_NOTHING: ReadonlySet<string> = new Set([
  'TimeoutError',
  'AbortedError',
  'AbortError',
  'RefusedError',
  'HeadersTimeoutError',
  'BodyTimeoutError',
]);

const DEEPEST_CAUSE = 8;

/** How the last call to a host ended. */
export interface HostOutcome {
  readonly host: string;
  /** Monotonic, in ms. */
  readonly atMs: number;
  /** What the call threw; null when it was answered, with whatever status. */
  readonly error: unknown;
}

/** Whether the network is gone, and how one knows. */
export interface NetworkVerdict {
  readonly gone: boolean;
  /** One sentence. */
  readonly reason: string;
}

/**
 * Why the host was not reached; null when it may have been. Looks through causes, and into the errors of an
 * AggregateError (each address of the host that was tried), of which all must agree that it was not reached.
 */
export function unreachableBy(error: unknown): Unreachable | null {
  return verdictOf(error, 0)?.why ?? null;
}

/**
 * Tells "the network is gone" from "one host is down". It is gone when at least two hosts were called and none could be
 * reached, or when one could not for a cause that lies on this side: no route, no resolver. One host that answers, or
 * fails in another way than by not being reached, shows that the network is there. Not looked at: hosts of this machine,
 * calls that timed out or were aborted, and what is older than `withinMs`. Pure.
 * @param outcomes the last of each host counts.
 * @param withinMs how old an outcome may be, in ms. Default 60,000.
 */
export function networkGone(
  outcomes: readonly HostOutcome[],
  nowMs: number,
  withinMs = 60_000,
): NetworkVerdict {
  const last = new Map<string, HostOutcome>();
  for (const outcome of outcomes) {
    const before = last.get(outcome.host);
    if (nowMs - outcome.atMs > withinMs || isThisMachine(outcome.host)) continue;
    if (saysNothing(outcome.error) || (before && before.atMs > outcome.atMs)) continue;
    last.set(outcome.host, outcome);
  }
  if (last.size === 0) return { gone: false, reason: 'No host was called of late.' };

  const missing: string[] = [];
  let local = false;
  for (const { host, error } of last.values()) {
    const verdict = verdictOf(error, 0);
    if (verdict === null) return { gone: false, reason: `${host} was reached.` };
    missing.push(`${host} (${verdict.why})`);
    local ||= verdict.local;
  }
  const names = missing.join(', ');
  if (missing.length === 1 && !local) {
    return { gone: false, reason: `${names} alone was called and not reached: it may be the host.` };
  }
  return { gone: true, reason: `None of the hosts was reached: ${names}.` };
}

function verdictOf(
  error: unknown,
  depth: number,
): { readonly why: Unreachable; readonly local: boolean } | null {
  if (typeof error !== 'object' || error === null || depth > DEEPEST_CAUSE) return null;
  // Before its own code, which is only that of the first.
  if (error instanceof AggregateError && error.errors.length > 0) {
    const verdicts = error.errors.map((each: unknown) => verdictOf(each, depth + 1));
    if (verdicts.includes(null)) return null;
    // Many machines have no way to any IPv6 address: that alone says nothing of the network.
    return verdicts.find((verdict) => verdict?.local === false) ?? verdicts[0] ?? null;
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const own = Object.hasOwn(CODES, code) ? CODES[code] : undefined;
  if (own !== undefined) return own;
  if (code === 'ETIMEDOUT' && 'syscall' in error && error.syscall === 'connect') {
    return { why: 'unreachable', local: false };
  }
  return 'cause' in error ? verdictOf(error.cause, depth + 1) : null;
}

const saysNothing = (error: unknown): boolean =>
  error instanceof Error &&
  (SAYS_NOTHING.has(error.name) || ('code' in error && error.code === 'ETIMEDOUT')) &&
  unreachableBy(error) === null;

function isThisMachine(host: string): boolean {
  const name = host.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^([^:]*):\d+$/, '$1');
  return (
    name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(?:\.\d+){3}$/.test(name)
  );
}
