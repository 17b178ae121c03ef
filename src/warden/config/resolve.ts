import type { Fault } from '../../kernel/index.ts';
import { hintOf } from './nearest.ts';
import { keyOf, type Section } from './section.ts';

/** Values by section and key, as some place gives them. Later layers win over earlier ones. */
export interface Layer {
  /** Where the values come from, for people: `config/monitoring.json`, `environment`, `--port`. */
  readonly source: string;
  readonly values: unknown;
}

/** One setting as resolved. */
export interface ResolvedValue {
  readonly section: string;
  readonly key: string;
  /** As written, e.g. `"10s"`. */
  readonly written: unknown;
  /** `default` or the source of the layer. */
  readonly source: string;
  readonly about: string;
}

/** The outcome of {@link resolveConfig}: the settings of every section, or every fault with its path. */
export type Resolution =
  | {
      readonly ok: true;
      readonly settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
      readonly values: readonly ResolvedValue[];
    }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * Lays the layers over the defaults and validates the result as a whole. Pure: it changes nothing, so that a caller can
 * prepare everything that depends on the new settings before it swaps them in.
 */
export function resolveConfig(sections: readonly Section[], layers: readonly Layer[]): Resolution {
  const faults: Fault[] = [];
  const written = writtenIn(sections, layers, faults);
  const settings: Record<string, Record<string, unknown>> = {};
  const values: ResolvedValue[] = [];

  for (const section of sections) {
    const resolved: Record<string, unknown> = {};
    const faultsBefore = faults.length;
    for (const [name, { schema, initial, about }] of Object.entries(section.fields)) {
      const key = keyOf(name);
      const path = `${section.name}.${key}`;
      const given = written.get(path);
      const value = given ? given.value : initial;
      values.push({ section: section.name, key, written: value, source: given?.source ?? 'default', about });
      const parsed = schema.safeParse(value);
      if (parsed.success) {
        resolved[name] = parsed.data;
        continue;
      }
      for (const issue of parsed.error.issues) {
        const extra = issue.code === 'unrecognized_keys' && issue.keys.length === 1 ? issue.keys : [];
        const inner = [...issue.path, ...extra].map((part) => `.${String(part)}`).join('');
        faults.push({ path: path + inner, message: `${issue.message} (from ${given?.source ?? 'default'})` });
      }
    }
    // The check may rely on every value being of its type.
    if (faults.length === faultsBefore) {
      for (const { field, within, message } of section.check?.(resolved) ?? []) {
        const inner = within === undefined ? '' : `.${within}`;
        faults.push({ path: `${section.name}.${keyOf(field)}${inner}`, message });
      }
    }
    settings[section.name] = resolved;
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, settings, values };
}

interface Written {
  readonly value: unknown;
  readonly source: string;
}

function writtenIn(
  sections: readonly Section[],
  layers: readonly Layer[],
  faults: Fault[],
): Map<string, Written> {
  const written = new Map<string, Written>();
  const keysBySection = new Map(
    sections.map((section) => [section.name, Object.keys(section.fields).map(keyOf)]),
  );
  for (const { source, values } of layers) {
    if (!isRecord(values)) {
      faults.push({ path: source, message: 'must be an object with one entry a section' });
      continue;
    }
    for (const [sectionName, section] of Object.entries(values)) {
      if (sectionName === '$schema') continue;
      const keys = keysBySection.get(sectionName);
      if (!keys) {
        faults.push({
          path: sectionName,
          message: unknown('section', sectionName, [...keysBySection.keys()], source),
        });
        continue;
      }
      if (!isRecord(section)) {
        faults.push({ path: sectionName, message: `must be an object (from ${source})` });
        continue;
      }
      for (const [key, value] of Object.entries(section)) {
        if (keys.includes(key)) written.set(`${sectionName}.${key}`, { value, source });
        else faults.push({ path: `${sectionName}.${key}`, message: unknown('setting', key, keys, source) });
      }
    }
  }
  return written;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknown(kind: string, name: string, known: readonly string[], source: string): string {
  return `is not a ${kind}; ${hintOf(name, known)} (from ${source})`;
}
