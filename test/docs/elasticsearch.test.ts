import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { sampleLogLines } from '../../src/app/testing/sample-lines.ts';

interface Mapping {
  readonly type: string;
  readonly format?: string;
}
interface DynamicTemplate {
  readonly match_mapping_type: string;
  readonly match?: string;
  readonly mapping: Mapping;
}
interface IndexTemplate {
  readonly index_patterns: readonly string[];
  readonly template: {
    readonly mappings: {
      readonly dynamic: boolean;
      readonly properties: Readonly<Record<string, Mapping>>;
      readonly dynamic_templates: readonly Readonly<Record<string, DynamicTemplate>>[];
    };
  };
}

const file = new URL('../../deploy/elasticsearch/moonwarden-logs.json', import.meta.url);
const template = JSON.parse(readFileSync(file, 'utf8')) as IndexTemplate;
const { mappings } = template.template;

/** The name that Elasticsearch gives to the type of a JSON value when it meets a new field. */
function detectedType(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'long' : 'double';
  if (typeof value === 'object') return 'object';
  return typeof value;
}

function takes({ type, format }: Mapping, value: unknown): boolean {
  switch (type) {
    case 'date':
      return typeof value === 'number'
        ? format?.includes('epoch_millis') === true
        : typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);
    case 'keyword':
    case 'text':
      return typeof value !== 'object';
    case 'long':
      return Number.isSafeInteger(value);
    case 'float':
    case 'double':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'flattened':
      return typeof value === 'object';
    default:
      return false;
  }
}

/** A field's values: arrays are several values of one field, null is none. */
const valuesOf = (value: unknown): unknown[] =>
  (Array.isArray(value) ? (value.flat(Infinity) as unknown[]) : [value]).filter((item) => item !== null);

function mappingFor(name: string, value: unknown, seen: Map<string, Mapping>): Mapping | undefined {
  const known = mappings.properties[name] ?? seen.get(name);
  if (known) return known;
  const type = detectedType(value);
  const found = mappings.dynamic_templates
    .flatMap((entry) => Object.values(entry))
    .find(
      ({ match_mapping_type, match }) =>
        match_mapping_type === type &&
        (match === undefined || new RegExp(`^${match.replaceAll('*', '.*')}$`).test(name)),
    );
  // Without a template Elasticsearch knows itself what to do with true and false only; anything else is to be ours.
  const mapping = found?.mapping ?? (type === 'boolean' ? { type } : undefined);
  if (mapping) seen.set(name, mapping);
  return mapping;
}

/** What Elasticsearch would refuse of lines that go into one index, one after the other. */
function refusals(lines: readonly string[]): string[] {
  const seen = new Map<string, Mapping>();
  return lines.flatMap((line) => {
    const document = JSON.parse(line) as Record<string, unknown>;
    return Object.entries(document).flatMap(([name, content]) =>
      valuesOf(content).flatMap((value) => {
        const mapping = mappingFor(name, value, seen);
        if (mapping && takes(mapping, value)) return [];
        return [`${name}: ${JSON.stringify(value)} is not ${mapping?.type ?? 'mapped'}`];
      }),
    );
  });
}

let lines: readonly string[] = [];
beforeAll(async () => {
  lines = await sampleLogLines();
});

test('the indices of both hosts are meant', () => {
  expect(template.index_patterns).toEqual(['to-the-moon-*', 'moonwarden-*']);
  expect(mappings.dynamic).toBe(true);
});

test.each([
  ['ts', 'date'],
  ['level', 'keyword'],
  ['logger', 'keyword'],
  ['module', 'keyword'],
  ['msg', 'text'],
  ['correlation_id', 'keyword'],
  ['run_id', 'keyword'],
  ['cpu_usage', 'float'],
  ['memory_usage', 'float'],
  ['disk_usage', 'float'],
  ['status', 'keyword'],
])('%s is a %s', (name, type) => {
  expect(mappings.properties[name]).toMatchObject({ type });
});

test('a sentence can be searched by its words, and counted as a whole', () => {
  expect(mappings.properties['msg']).toMatchObject({ fields: { keyword: { type: 'keyword' } } });
});

describe('the lines of the service', () => {
  test('are taken, all of them, in one index', () => {
    expect(lines.length).toBeGreaterThan(8);
    expect(refusals(lines)).toEqual([]);
    expect(refusals([...lines].reverse())).toEqual([]);
  });

  test('fill every field that the template names', () => {
    const names = new Set(lines.flatMap((line) => Object.keys(JSON.parse(line) as object)));
    expect(Object.keys(mappings.properties).filter((name) => !names.has(name))).toEqual([]);
  });

  test('name no field twice, which Elasticsearch refuses', () => {
    for (const line of lines) {
      const rebuilt = `${JSON.stringify(JSON.parse(line))}\n`;
      expect(line).toHaveLength(rebuilt.length);
    }
  });
});

test.each([
  ['a time of another shape', { ts: 'yesterday' }, ['ts: "yesterday" is not date']],
  ['a number without its point', { ts: 5 }, ['ts: 5 is not date']],
  ['an object where a word is', { level: {} }, ['level: {} is not keyword']],
  ['words where a number is', { cpu_usage: 'high' }, ['cpu_usage: "high" is not float']],
  ['text and later an object', [{ x: 'a' }, { x: {} }], ['x: {} is not keyword']],
  ['a number and later text', [{ x: 1 }, { x: 1.5 }, { x: 'a' }], ['x: "a" is not double']],
])('the check finds %s', (_, documents, found) => {
  expect(refusals([documents].flat().map((document) => JSON.stringify(document)))).toEqual(found);
});
