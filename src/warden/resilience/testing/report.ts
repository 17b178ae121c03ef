import { FakeClock } from '../../../kernel/index.ts';
import { createDependency } from '../dependency.ts';
import type { DependencyReport } from '../dependency-report.ts';

/** What a dependency that answers says of itself, but for `over`. */
export function answeringReport(over: Partial<DependencyReport> = {}): DependencyReport<never> {
  const dependency = createDependency({ name: 'Market', clock: new FakeClock() });
  dependency.recordSuccess();
  return { ...dependency.report(), ...over, quotas: [] };
}
