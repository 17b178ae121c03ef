import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  configJsonSchema,
  defaultsOf,
  keyOf,
  resolveConfig,
  variableName,
  type Section,
} from '../warden/config/index.ts';
import { SECTIONS, loadSettings } from './settings.ts';

const load = (environment: Record<string, string> = {}) => loadSettings({ file: null, environment }).settings;
const faultsOf = (values: unknown): readonly string[] => {
  const resolution = resolveConfig(SECTIONS, [{ source: 'x', values }]);
  return resolution.ok ? [] : resolution.faults.map(({ path }) => path);
};
const settings = SECTIONS.flatMap((section: Section) =>
  Object.entries(section.fields).map(([name, field]) => ({ section, name, field, key: keyOf(name) })),
);

test.each(SECTIONS.map((section) => [section.name, section] as const))(
  'section %s: its defaults are valid',
  (_, section) => {
    const defaults = defaultsOf(section);
    expect(section.check?.(defaults) ?? []).toEqual([]);
    expect(section.about).toMatch(/^[A-Z].+\.$/);
  },
);

test.each(settings.map(({ section, key, field }) => [`${section.name}.${key}`, field] as const))(
  '%s says what it is about',
  (_, { about }) => {
    expect(about).toMatch(/^\S.{5,}\.$/);
  },
);

test('no two settings share a name in files or in the environment', () => {
  const variables = settings.map(({ section, key }) => variableName(section.name, key));
  expect(new Set(variables).size).toBe(settings.length);
  expect(settings.length).toBeGreaterThan(20);
});

test('the JSON schema accepts the defaults, and the service accepts each of them as text, too', () => {
  const written = Object.fromEntries(
    SECTIONS.map(({ name, fields }: Section) => [
      name,
      Object.fromEntries(Object.entries(fields).map(([field, { initial }]) => [keyOf(field), initial])),
    ]),
  );
  expect(z.fromJSONSchema(configJsonSchema(SECTIONS)).safeParse(written).success).toBe(true);
  expect(faultsOf(written)).toEqual([]);
  const asText = settings.flatMap(({ section, key, field }) =>
    field.initial === null
      ? []
      : [
          [
            variableName(section.name, key),
            field.isJson ? JSON.stringify(field.initial) : String(field.initial as string | number | boolean),
          ] as const,
        ],
  );
  expect(load(Object.fromEntries(asText))).toEqual(load());
});

test('the weights of a score must sum to 1', () =>
  fc.assert(
    fc.property(
      fc.tuple(fc.nat(100), fc.nat(100), fc.nat(100)),
      fc.integer({ min: -5, max: 5 }),
      (parts, slip) => {
        const [tx, vol, fresh] = parts.map((part) => part / 300) as [number, number, number];
        const faults = faultsOf({
          tokens: {
            w_tx: tx,
            w_vol: vol,
            w_fresh: fresh,
            w_oi: Math.max(0, 1 - tx - vol - fresh) + slip / 100,
          },
        });
        const oi = Math.max(0, 1 - tx - vol - fresh) + slip / 100;
        if (oi < 0 || oi > 1) expect(faults).not.toEqual([]);
        else expect(faults).toEqual(slip === 0 ? [] : ['tokens.w_tx']);
      },
    ),
  ));

test.each<[string, unknown, string[]]>([
  [
    'hot tokens slower than cold ones',
    { tokens: { hot_interval: '2m', cold_interval: '1m' } },
    ['tokens.hot_interval'],
  ],
  ['a certificate without key', { http: { tls_cert_file: 'a.pem' } }, ['http.tls_key_file']],
  ['a key without certificate', { http: { tls_key_file: 'a.pem' } }, ['http.tls_cert_file']],
  ['both', { http: { tls_key_file: 'a.pem', tls_cert_file: 'b.pem' } }, []],
  ['a port out of range', { http: { port: 65_536 } }, ['http.port']],
  ['an address that is none', { dexscreener: { url: 'dexscreener' } }, ['dexscreener.url']],
  ['an address of another kind', { dexscreener: { url: 'file:///etc' } }, ['dexscreener.url']],
  ['a level that is none', { log: { level: 'loud' } }, ['log.level']],
])('%s', (_, values, faults) => {
  const found = faultsOf(values);
  expect(found).toEqual(faults);
});
