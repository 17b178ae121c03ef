import type { Clock } from '../kernel/index.ts';
import type { Rule, Sample } from '../warden/detection/index.ts';
import { createDependency, type Dependency, type DependencyOptions } from '../warden/resilience/index.ts';
import * as check from './faults.ts';

/** Options of `warden.dependency`: those of `createDependency`, and what its loss means. */
export type WatchedDependencyOptions<QuotaName extends string = never> = DependencyOptions<QuotaName> & {
  /** The program cannot do its work without it: critical while it is away, not degraded. Default false. */
  readonly essential?: boolean | undefined;
};

/** What is called, watched. */
export interface LibraryDependencies {
  /** @throws MoonwardenError for options that make no sense, and for a name that there is. */
  add<QuotaName extends string>(options: WatchedDependencyOptions<QuotaName>): Dependency<QuotaName>;
  readonly samples: () => readonly Sample[];
  readonly rules: () => readonly Rule[];
  close(): void;
}

/** Its policies are checked where they are made. */
const byItsPart = (): null => null;
const FIELDS: { readonly [Option in keyof Required<WatchedDependencyOptions>]: check.Check } = {
  name: check.name,
  essential: check.flag,
  clock: check.object,
  random: check.object,
  classify: check.callable,
  timeout: byItsPart,
  deadlineMs: byItsPart,
  retry: byItsPart,
  retryBudget: byItsPart,
  breaker: byItsPart,
  quotas: byItsPart,
  bulkhead: byItsPart,
  hedge: byItsPart,
  cache: byItsPart,
  fallbackMs: byItsPart,
  probe: byItsPart,
};

type Reported = Pick<Dependency, 'report' | 'close'>;

/** @param wake is called when something about one has changed. */
export function createLibraryDependencies(clock: Clock | undefined, wake: () => void): LibraryDependencies {
  const all = new Map<string, Reported>();
  const rules: Rule[] = [];
  return {
    add(options) {
      check.refuse('dependency', check.faultsOf(options, FIELDS, ['name']));
      const { essential = false, ...own } = options;
      const { name } = own;
      const what = `dependency ${name}`;
      if (all.has(name)) check.refuse(what, [{ path: 'name', message: 'is there already' }]);
      const made = check.translated(what, () => createDependency({ clock, ...own }));
      made.on('state_change', wake);
      all.set(name, {
        report: () => made.report() as ReturnType<Reported['report']>,
        close: () => {
          made.close();
        },
      });
      rules.push({
        kind: 'threshold',
        name: `dependency.${name}`,
        signal: 'dependency_failing',
        labels: { dependency: name },
        component: name,
        unit: '',
        [essential ? 'critical' : 'warning']: { enter: 1, leave: 0.5 },
        forMs: 0,
        keepForMs: 0,
        essential: false,
        describe: () => `${made.report().reason.replace(/\.+$/, '')}.`,
        nextSteps: [`It is called again by itself. See whether ${name} works, and the way to it.`],
      });
      return made;
    },
    samples: () =>
      [...all].flatMap(([dependency, one]) => {
        const { healthy, errorRate, latency } = one.report();
        const labels = { dependency };
        return [
          { signal: 'dependency_failing', labels, value: Number(!healthy) },
          { signal: 'dependency_error_ratio', labels, value: errorRate },
          {
            signal: 'dependency_latency_p95_s',
            labels,
            value: latency === null ? null : latency.p95Ms / 1_000,
          },
        ];
      }),
    rules: () => rules,
    close() {
      for (const one of all.values()) one.close();
    },
  };
}
