import { hintOf } from '../../warden/config/index.ts';
import { limitFaults, lookedAt, type Level, type Rule } from '../../warden/detection/index.ts';
import { buildRule, hasLevel, overridden } from './build.ts';
import type { Override, WrittenRule } from './schema.ts';

/** What is wrong with the rules of a configuration, and where. */
export interface RuleFault {
  readonly field: 'override' | 'custom';
  readonly within: string;
  readonly message: string;
}

const LEVELS: readonly Level[] = ['warning', 'error', 'critical'];

/** What no single value can tell: names, the order of numbers, circles. Pure. */
export function ruleFaults(
  override: Readonly<Record<string, Override>>,
  custom: readonly WrittenRule[],
  defaults: readonly Rule[],
): readonly RuleFault[] {
  const faults: RuleFault[] = [];
  const usual = new Map(defaults.map((rule) => [rule.name, rule]));
  for (const [name, given] of Object.entries(override)) {
    const rule = usual.get(name);
    const fault = (within: string, message: string): unknown =>
      faults.push({ field: 'override', within: name + within, message });
    if (!rule) fault('', `there is no default rule of this name; ${hintOf(name, [...usual.keys()])}`);
    else {
      for (const level of LEVELS) {
        const own = given[level];
        if (own && rule.kind === 'composite') fault(`.${level}`, 'the rule has no numbers');
        else if (own && !rule[level] && (own.enter === undefined || own.leave === undefined))
          fault(`.${level}`, 'the rule has no such level; give it `enter` and `leave`');
      }
      const merged = overridden(rule, given);
      if (merged && !hasLevel(merged)) fault('', 'no level is left; say `"off": true`');
      else if (merged && Object.keys(given).some((key) => LEVELS.some((level) => level === key)))
        for (const { level, message } of orderFaults(merged)) fault(`.${level}`, message);
    }
  }
  const names = new Map<string, number>();
  const rules = custom.map(buildRule);
  custom.forEach((written, place) => {
    const fault = (within: string, message: string): unknown =>
      faults.push({ field: 'custom', within: `${place}${within}`, message });
    const other = names.get(written.name);
    if (usual.has(written.name))
      fault('.name', 'is the name of a default rule; change that one in `override`');
    else if (other !== undefined) fault('.name', `is the name of the rule at ${other}, too`);
    names.set(written.name, place);
    const rule = rules[place];
    if (!rule) return;
    if (!hasLevel(rule)) fault('', 'has no level; give it `warning`, `error` or `critical`');
    for (const { level, message } of orderFaults(rule)) fault(`.${level}`, message);
    if (written.kind === 'count') {
      const needs = written.count.of === 'starts' ? 'rule' : 'signal';
      if (written.count[needs] === undefined) fault(`.count.${needs}`, 'is missing');
      if (written.count.of === 'crossings' && written.count.at === undefined)
        fault('.count.at', 'is missing');
    }
  });
  const all = [...rules, ...defaults.filter(({ name }) => override[name]?.off !== true)];
  faults.push(...referenceFaults(rules, all));
  return faults;
}

/** What is wrong with the order of its limits. */
const orderFaults = (rule: Rule): readonly { readonly level: Level; readonly message: string }[] =>
  limitFaults(rule).map((fault) => ({
    level: fault.level,
    message:
      fault.kind === 'leave'
        ? `leave (${fault.leave}) must be ${fault.good} enter (${fault.enter}), or at it`
        : `enter (${fault.enter}) must be ${fault.beyond} that of ${fault.milder.level} (${fault.milder.enter})`,
  }));

function referenceFaults(custom: readonly Rule[], all: readonly Rule[]): readonly RuleFault[] {
  const byName = new Map(all.map((rule) => [rule.name, rule]));
  const known = [...byName.keys()];
  return custom.flatMap((rule, place): RuleFault[] => {
    const at = { field: 'custom', within: String(place) } as const;
    const named = lookedAt(rule);
    const unknown = named.filter((name) => !byName.has(name));
    if (unknown.length > 0)
      return unknown.map((name) => ({
        ...at,
        message: `looks at the rule "${name}", which there is not; ${hintOf(name, known)}`,
      }));
    return reaches(rule.name, named, byName)
      ? [{ ...at, message: 'looks at itself, by way of other rules' }]
      : [];
  });
}

function reaches(wanted: string, from: readonly string[], byName: ReadonlyMap<string, Rule>): boolean {
  const seen = new Set<string>();
  const open = [...from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === wanted) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    const rule = byName.get(name);
    if (rule) open.push(...lookedAt(rule));
  }
  return false;
}
