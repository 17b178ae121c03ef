import { PerformanceObserver, constants, performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

export type GcKind = 'minor' | 'major' | 'incremental' | 'weak';

/** One pause for garbage collection. */
export interface GcPause {
  readonly kind: GcKind;
  readonly pauseMs: number;
}

/** What Node tells of its own process. Times and CPU are totals since the process started. */
export interface ProcessRuntime {
  memory(): {
    readonly rssBytes: number;
    readonly heapUsedBytes: number;
    readonly heapTotalBytes: number;
    readonly heapLimitBytes: number;
    readonly externalBytes: number;
  };
  heapUsedBytes(): number;
  /** User and system time of all threads. */
  cpuMs(): number;
  loop(): { readonly idleMs: number; readonly activeMs: number };
  activeResources(): number;
  /** Tells of each pause, soon after it. Gives the function that ends it. */
  onGc(listener: (pause: GcPause) => void): () => void;
}

const KINDS: ReadonlyMap<unknown, GcKind> = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weak'],
]);

/** This process. */
export const processRuntime: ProcessRuntime = {
  memory() {
    const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
    const heapLimitBytes = getHeapStatistics().heap_size_limit;
    return {
      rssBytes: rss,
      heapUsedBytes: heapUsed,
      heapTotalBytes: heapTotal,
      heapLimitBytes,
      externalBytes: external,
    };
  },
  heapUsedBytes: () => getHeapStatistics().used_heap_size,
  cpuMs() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  },
  loop() {
    const { idle, active } = performance.eventLoopUtilization();
    return { idleMs: idle, activeMs: active };
  },
  activeResources: () => process.getActiveResourcesInfo().length,
  onGc(listener) {
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { detail } = entry as { readonly detail?: { readonly kind?: unknown } };
        const kind = KINDS.get(detail?.kind);
        if (kind !== undefined) listener({ kind, pauseMs: entry.duration });
      }
    });
    observer.observe({ entryTypes: ['gc'] });
    return () => {
      observer.disconnect();
    };
  },
};
