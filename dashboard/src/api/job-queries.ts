import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { JobActionResult, JobDetail, SchedulerReport } from '../../../src/contract/index.ts';
import { request } from './http.ts';
import { keys } from './keys.ts';
import { paths, withQuery } from './paths.ts';

/** How the groups of jobs do. No event tells of it, so it is asked for as long as somebody looks. */
export function useScheduler() {
  return useQuery({
    queryKey: keys.scheduler,
    queryFn: ({ signal }) => request<SchedulerReport>(paths.scheduler, { signal }),
    staleTime: 1_000,
    refetchInterval: 2_000,
  });
}

/** A job with its last runs, while `wanted`. */
export function useJob(name: string, limit: number, wanted: boolean) {
  return useQuery({
    queryKey: keys.job(name, limit),
    queryFn: ({ signal }) => request<JobDetail>(withQuery(withName(paths.job, name), { limit }), { signal }),
    enabled: wanted,
    refetchInterval: 5_000,
    placeholderData: keepPreviousData,
  });
}

/** What is to be done with a job, a group, or everything. */
export interface Steering {
  readonly path: string;
  readonly body: { readonly why?: string; readonly emergency?: boolean; readonly group?: string };
}

export function useSteering() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ path, body }: Steering) => request<JobActionResult>(path, { body }),
    // What was refused tells of a state that the page does not show yet.
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.scheduler });
      void client.invalidateQueries({ queryKey: keys.jobs });
    },
  });
}

export function withName(path: string, name: string): string {
  return path.replace(':name', encodeURIComponent(name));
}
