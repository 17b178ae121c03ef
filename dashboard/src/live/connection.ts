import { useSyncExternalStore } from 'react';

/** Where the page stands with the service. */
export type Connection =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'open' }
  | {
      readonly phase: 'lost';
      readonly since: number;
      /** Tries that failed since. The first is quick, and until it fails nothing is said. */
      readonly failures: number;
      /** Null while a try is under way. */
      readonly nextTryAt: number | null;
    };

let current: Connection = { phase: 'connecting' };
const listeners = new Set<() => void>();

export function setConnection(next: Connection): void {
  current = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useConnection(): Connection {
  return useSyncExternalStore(subscribe, () => current);
}

/** When the connection was lost, if it was; what the page shows is then as of that time. */
export function staleSince(connection: Connection): number | undefined {
  return connection.phase === 'lost' && connection.failures > 0 ? connection.since : undefined;
}

export function useStaleSince(): number | undefined {
  return staleSince(useConnection());
}
