import type { ComponentHealth } from '../../../src/contract/index.ts';
import { plural } from '../format.ts';

/** A component with its parts. */
export interface TreeNode {
  readonly component: ComponentHealth;
  readonly parts: readonly TreeNode[];
}

/** The list of the API as trees; a part whose whole is not in the list stands by itself. Pure. */
export function treeOf(components: readonly ComponentHealth[]): readonly TreeNode[] {
  const known = new Set(components.map(({ name }) => name));
  const partsOf = (parent: string | null): readonly TreeNode[] =>
    components
      .filter((each) => each.parent === parent || (parent === null && isAlone(each)))
      .map((component) => ({ component, parts: partsOf(component.name) }));
  const isAlone = ({ parent }: ComponentHealth): boolean => parent !== null && !known.has(parent);
  return partsOf(null);
}

export const isWrong = ({ status }: Pick<ComponentHealth, 'status'>): boolean =>
  status === 'degraded' || status === 'critical';

/**
 * Why a component is as it is, when its parts stand below: what they say is not said again. Null when it is well, or when
 * the reason is its own. Pure.
 */
export function becauseOf({ component, parts }: TreeNode): string | null {
  const part = parts.find((each) => component.reason.startsWith(`${each.component.title}: `));
  if (component.status === 'healthy' || part === undefined) return null;
  const more = component.conditions > 1 ? `; ${plural(component.conditions, 'condition')} in all` : '';
  return `Because of ${part.component.title}${more}.`;
}

/** The parts in a few words: "10 parts, 2 not well". Pure. */
export function sumOfParts(components: readonly ComponentHealth[]): string {
  // A whole is wrong because of its parts; counted are those that have none.
  const wholes = new Set(components.map(({ parent }) => parent));
  const leaves = components.filter(({ name }) => !wholes.has(name));
  const wrong = leaves.filter(isWrong).length;
  const unknown = leaves.filter(({ status }) => status === 'unknown').length;
  const said = [
    plural(leaves.length, 'part'),
    ...(wrong > 0 ? [`${wrong} not well`] : []),
    ...(unknown > 0 ? [`${unknown} not known yet`] : []),
    ...(wrong + unknown === 0 ? ['all well'] : []),
  ];
  return said.join(', ');
}
