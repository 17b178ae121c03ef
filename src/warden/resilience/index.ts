export {
  RefusedError,
  createDependency,
  type Call,
  type Dependency,
  type DependencyChange,
  type DependencyState,
  type Failure,
} from './dependency.ts';
export type { QuotaOptions } from './quota.ts';
