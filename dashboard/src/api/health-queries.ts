import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import type {
  DetailedHealth,
  IncidentDetail,
  IncidentList,
  JournalEntry,
  RecoveryReport,
  RuleList,
} from '../../../src/contract/index.ts';
import { request } from './http.ts';
import { keys } from './keys.ts';
import { paths } from './paths.ts';

// The journal tells at once of what begins and ends; asking now and then is for what moves without an entry.

export function useDetailedHealth() {
  return useQuery({
    queryKey: keys.detailed,
    queryFn: ({ signal }) => request<DetailedHealth>(paths.detailed, { signal }),
    refetchInterval: 5_000,
  });
}

export function useRecovery() {
  return useQuery({
    queryKey: keys.recovery,
    queryFn: ({ signal }) => request<RecoveryReport>(paths.recovery, { signal }),
    staleTime: 1_000,
    refetchInterval: 3_000,
  });
}

export function useIncidents() {
  return useQuery({
    queryKey: keys.incidents,
    queryFn: ({ signal }) => request<IncidentList>(paths.incidents, { signal }),
    refetchInterval: 15_000,
  });
}

/** One incident with its timeline, while `wanted`. */
export function useIncident(id: string, wanted: boolean) {
  return useQuery({
    queryKey: keys.incident(id),
    queryFn: ({ signal }) =>
      request<IncidentDetail>(paths.incident.replace(':id', encodeURIComponent(id)), { signal }),
    enabled: wanted,
    refetchInterval: (query) => (query.state.data?.state === 'closed' ? false : 15_000),
  });
}

export function useRules() {
  return useQuery({
    queryKey: keys.rules,
    queryFn: ({ signal }) => request<RuleList>(paths.rules, { signal }),
    refetchInterval: 5_000,
  });
}

/** Begins a recovery by hand. */
export function useRecover() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (action: string) => request<{ id: string }>(paths.recover, { body: { action } }),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.recovery }),
  });
}

const ABOUT_HEALTH = /^(condition|action|recovery)\./;

/** Brings what an entry of the journal speaks of up to date. */
export function followEntry(client: QueryClient, { type }: JournalEntry): void {
  if (ABOUT_HEALTH.test(type))
    for (const queryKey of [keys.detailed, keys.recovery, keys.incidents, keys.rules])
      void client.invalidateQueries({ queryKey });
  if (type === 'config.changed' || type === 'config.refused')
    void client.invalidateQueries({ queryKey: keys.config });
}
