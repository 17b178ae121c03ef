import { QueryClient } from '@tanstack/react-query';
import { RequestError } from './http.ts';

/** Asking again helps when no answer came or the service stumbled, and never when it refused. */
function worthAnotherTry(failures: number, error: Error): boolean {
  return failures < 2 && !(error instanceof RequestError && error.status >= 400 && error.status < 500);
}

export function createClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: worthAnotherTry,
        retryDelay: (failures) => 300 * 2 ** failures,
        staleTime: 5_000,
        gcTime: 10 * 60_000,
        // The page finds out by its own event stream whether the service is there.
        networkMode: 'always',
        refetchOnReconnect: false,
      },
      mutations: { networkMode: 'always' },
    },
  });
}
