import {
  componentOf,
  rankOf,
  verdictsOf,
  type Judgement,
  type Level,
  type Rule,
  type SeriesVerdict,
} from '../detection/index.ts';
import type { HealthStatus } from './assess.ts';

/** A part of the service, as health shows it. */
export interface Component {
  /** By which rules name it. */
  readonly name: string;
  /** For people; default: the name. */
  readonly title?: string | undefined;
  /** The component that it is a part of; default: the service itself. */
  readonly parent?: string | undefined;
  /** The service can do its work without it, so that it makes the service degraded at most; default: true. */
  readonly essential?: boolean | undefined;
}

/** How a component is, and why. */
export interface ComponentHealth {
  /** Of a part that its labels tell apart: that of the component, `/`, and the labels' values. */
  readonly name: string;
  readonly title: string;
  /** Name of the component that it is a part of; null for the service. */
  readonly parent: string | null;
  readonly essential: boolean;
  readonly status: HealthStatus;
  /** One sentence. */
  readonly reason: string;
  /** Wall-clock time since when something about it is wrong; null while nothing is. */
  readonly since: number | null;
  /** Rules that have a condition about it, parts included. */
  readonly conditions: number;
}

const SERVICE = 'service';

/** Components that do not matter for the work, with all their parts. */
export function optionalComponents(components: readonly Component[]): ReadonlySet<string> {
  const byName = new Map(components.map((component) => [component.name, component]));
  const isOptional = (component: Component | undefined): boolean =>
    component !== undefined &&
    (component.essential === false ||
      (component.parent !== undefined && isOptional(byName.get(component.parent))));
  return new Set(components.filter(isOptional).map(({ name }) => name));
}

interface Finding {
  readonly rule: Rule;
  readonly verdict: SeriesVerdict;
}

interface Node {
  readonly name: string;
  readonly title: string;
  readonly parent: string | null;
  readonly essential: boolean;
  readonly own: Finding[];
  readonly parts: Node[];
}

/**
 * How each component is: a tree, as a list with each component before its parts. What is wrong with a part is wrong with
 * the whole; of one that is not essential no more than degraded comes through. Pure; made when somebody asks.
 * @param title of the service.
 * @param components what is shown also while no rule names it, in this order; what others name comes after it.
 */
export function componentTree(
  title: string,
  components: readonly Component[],
  rules: readonly Rule[],
  judgement: Judgement,
): readonly ComponentHealth[] {
  const nodes = new Map<string, Node>();
  const declared = new Map(components.map((component) => [component.name, component]));
  const root: Node = { name: SERVICE, title, parent: null, essential: true, own: [], parts: [] };
  nodes.set(SERVICE, root);
  const add = (node: Omit<Node, 'own' | 'parts'>, parent: Node): Node => {
    const made: Node = { ...node, own: [], parts: [] };
    nodes.set(made.name, made);
    parent.parts.push(made);
    return made;
  };
  const nodeOf = (name: string): Node => {
    const known = nodes.get(name);
    if (known) return known;
    const { title: own = name, parent = SERVICE, essential = true } = declared.get(name) ?? {};
    const above = nodeOf(parent);
    return add({ name, title: own, parent: above.name, essential }, above);
  };
  const partOf = (whole: Node, labels: readonly string[]): Node => {
    if (labels.length === 0) return whole;
    const name = `${whole.name}/${labels.join('/')}`;
    return (
      nodes.get(name) ?? add({ name, title: labels.join(' '), parent: whole.name, essential: true }, whole)
    );
  };
  for (const { name } of components) nodeOf(name);
  for (const rule of rules) {
    const whole = nodeOf(componentOf(rule, rule.name));
    for (const verdict of verdictsOf(rule, judgement))
      partOf(whole, Object.values(verdict.labels)).own.push({ rule, verdict });
  }
  return list(root).map(({ shown }) => shown);
}

/** A component with its sentence as the whole would say it: of one reason only. */
interface Listed {
  readonly shown: ComponentHealth;
  readonly says: string;
}

type Assessed = Pick<ComponentHealth, 'status' | 'since' | 'conditions'> & Pick<Listed, 'says'>;

function list(node: Node): readonly Listed[] {
  const parts = node.parts.map(list);
  const heads = parts.flatMap(([head]) => (head === undefined ? [] : [head]));
  const { name, title, parent, essential } = node;
  const { says, ...found } = assessNode(node.own, heads);
  const more = found.conditions > 1 ? ` (and ${found.conditions - 1} more)` : '';
  const shown = { name, title, parent, essential, ...found, reason: `${says}${more}` };
  return [{ shown, says }, ...parts.flat()];
}

const SEVERITY: Readonly<Record<HealthStatus, number>> = { healthy: 0, unknown: 1, degraded: 2, critical: 3 };

function assessNode(own: readonly Finding[], parts: readonly Listed[]): Assessed {
  const candidates = [ofRules(own), ...parts.map(asPart)];
  const worst = candidates.reduce((a, b) => (SEVERITY[b.status] > SEVERITY[a.status] ? b : a));
  const sinces = candidates.flatMap(({ since }) => since ?? []);
  return {
    status: worst.status,
    says: worst.status === 'healthy' ? calm(own.length, parts.length) : worst.says,
    since: sinces.length === 0 ? null : Math.min(...sinces),
    conditions: candidates.reduce((sum, { conditions }) => sum + conditions, 0),
  };
}

/** What a part means for the whole. */
function asPart({ shown, says }: Listed): Assessed {
  const { title, essential, status, since, conditions } = shown;
  const through: HealthStatus = essential
    ? status
    : SEVERITY[status] >= SEVERITY.degraded
      ? 'degraded'
      : 'healthy';
  return { status: through, says: `${title}: ${says}`, since, conditions };
}

function ofRules(own: readonly Finding[]): Assessed {
  const wrong = own.filter(({ verdict }) => isLevel(verdict.verdict));
  const worst = wrong.toSorted((a, b) => rank(b) - rank(a))[0];
  if (worst !== undefined) {
    return {
      status: worst.verdict.verdict === 'critical' ? 'critical' : 'degraded',
      says: worst.verdict.reason,
      since: Math.min(...wrong.map(({ verdict }) => verdict.since ?? Infinity)),
      conditions: wrong.length,
    };
  }
  const unknown = own.find(({ rule, verdict }) => rule.essential && verdict.verdict === 'unknown');
  const blind = own.length > 0 && own.every(({ verdict }) => verdict.verdict !== 'well') ? own[0] : undefined;
  const why = unknown ?? blind;
  return why === undefined
    ? { status: 'healthy', says: '', since: null, conditions: 0 }
    : { status: 'unknown', says: why.verdict.reason, since: null, conditions: 0 };
}

const isLevel = (verdict: SeriesVerdict['verdict']): verdict is Level =>
  verdict === 'warning' || verdict === 'error' || verdict === 'critical';
const rank = ({ verdict: { verdict } }: Finding): number => (isLevel(verdict) ? rankOf(verdict) : -1);

function calm(rules: number, parts: number): string {
  if (parts > 0)
    return parts === 1
      ? 'Its one part is well.'
      : parts === 2
        ? 'Both parts are well.'
        : `All ${parts} parts are well.`;
  if (rules === 0) return 'No rule watches it.';
  return rules === 1
    ? 'Its one rule finds nothing wrong.'
    : `None of its ${rules} rules finds anything wrong.`;
}
