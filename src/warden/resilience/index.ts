export {
  RefusedError,
  createDependency,
  type Dependency,
  type DependencyChange,
  type DependencyState,
  type Failure,
} from './dependency.ts';
