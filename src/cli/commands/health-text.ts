import type { ComponentHealth } from '../../contract/index.ts';

export const HEALTH_COLUMNS = ['COMPONENT', 'STATUS', 'WHY'] as const;

/** One row a component, its parts indented below it. */
export function healthRows(components: readonly ComponentHealth[]): readonly (readonly string[])[] {
  const depths = new Map<string, number>();
  return components.map(({ name, parent, title, status, reason, essential }) => {
    const depth = parent === null ? 0 : (depths.get(parent) ?? -1) + 1;
    depths.set(name, depth);
    const note = essential ? '' : ' (not essential)';
    return [`${'  '.repeat(depth)}${title}`, status, `${reason}${note}`];
  });
}
