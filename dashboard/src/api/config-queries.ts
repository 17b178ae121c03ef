import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ConfigBody, ConfigReport, ConfigResult, JournalPage } from '../../../src/contract/index.ts';
import { request } from './http.ts';
import { keys } from './keys.ts';
import { paths, withQuery } from './paths.ts';

/** What is in force; only an admin is told. */
export function useConfig(wanted: boolean) {
  return useQuery({
    queryKey: keys.config,
    queryFn: ({ signal }) => request<ConfigReport>(paths.adminConfig, { signal }),
    enabled: wanted,
    refetchInterval: 10_000,
  });
}

/** The last changes, newest first. */
export function useConfigHistory(limit: number, wanted: boolean) {
  return useQuery({
    queryKey: keys.configHistory(limit),
    queryFn: ({ signal }) =>
      request<JournalPage>(withQuery(paths.journal, { type: 'config.changed', limit }), { signal }),
    enabled: wanted,
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  });
}

export function useConfigChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ConfigBody) => request<ConfigResult>(paths.adminConfig, { body }),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.config }),
  });
}
