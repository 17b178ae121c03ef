import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type {
  DatabaseReport,
  PerformanceReport,
  ResourceReport,
  SignalHistoryReport,
  SignalList,
} from '../../../src/contract/index.ts';
import { RANGES, type Range } from '../resources/ranges.ts';
import { withName } from './job-queries.ts';
import { request } from './http.ts';
import { keys } from './keys.ts';
import { paths, withQuery } from './paths.ts';

// No event tells of these, so they are asked for as long as somebody looks.

export function useResources() {
  return useQuery({
    queryKey: keys.resources,
    queryFn: ({ signal }) => request<ResourceReport>(paths.resources, { signal }),
    refetchInterval: 5_000,
  });
}

export function usePerformance() {
  return useQuery({
    queryKey: keys.performance,
    queryFn: ({ signal }) => request<PerformanceReport>(paths.performance, { signal }),
    refetchInterval: 10_000,
  });
}

export function useDatabase() {
  return useQuery({
    queryKey: keys.database,
    queryFn: ({ signal }) => request<DatabaseReport>(paths.database, { signal }),
    refetchInterval: 10_000,
  });
}

export function useSignals() {
  return useQuery({
    queryKey: keys.signals,
    queryFn: ({ signal }) => request<SignalList>(paths.signals, { signal }),
    refetchInterval: 10_000,
  });
}

/** The history of one series. @param labels as the API takes them: `group=hot`; empty for a signal without any. */
export function useSignal(name: string, labels: string, range: Range) {
  const { everyMs, ...shape } = RANGES[range];
  const step = 'step' in shape ? shape.step : undefined;
  return useQuery({
    queryKey: keys.signal(name, labels, range),
    queryFn: ({ signal }) =>
      request<SignalHistoryReport>(withQuery(withName(paths.signal, name), { last: range, step, labels }), {
        signal,
      }),
    enabled: name !== '',
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
  });
}
