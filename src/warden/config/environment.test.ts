import { expect, test } from 'vitest';
import { environmentLayer, processEnvironment, variableName, type Environment } from './environment.ts';
import { duration, integer } from './fields.ts';
import { defineSection, field } from './section.ts';

const sections = [
  defineSection({
    name: 'tokens',
    about: 'Tokens.',
    fields: {
      hotIntervalMs: field(duration(), '5s', 'Hot.'),
      maxTokens: field(integer(), 5, 'Most.'),
    },
  }),
  defineSection({ name: 'http', about: 'Http.', fields: { port: field(integer(), 8000, 'Port.') } }),
];

test.each([
  ['tokens', 'hot_interval', 'MOONWARDEN_TOKENS_HOT_INTERVAL'],
  ['http', 'port', 'MOONWARDEN_HTTP_PORT'],
])('%s.%s is set by %s', (section, key, variable) => {
  expect(variableName(section, key)).toBe(variable);
});

test.each<[string, Environment, unknown, string[]]>([
  ['nothing', { PATH: '/bin', HOME: '/' }, {}, []],
  [
    'settings of several sections',
    { MOONWARDEN_TOKENS_HOT_INTERVAL: '9s', MOONWARDEN_TOKENS_MAX_TOKENS: '7', MOONWARDEN_HTTP_PORT: '0' },
    { tokens: { hot_interval: '9s', max_tokens: '7' }, http: { port: '0' } },
    [],
  ],
  ['an empty value, for the field to refuse', { MOONWARDEN_HTTP_PORT: '' }, { http: { port: '' } }, []],
  ['a variable that is not set', { MOONWARDEN_HTTP_PORT: undefined }, {}, []],
  ['the places, which are no settings', { MOONWARDEN_DATA: '/d', MOONWARDEN_CONFIG: '/c' }, {}, []],
  ['other letters', { moonwarden_http_port: '1' }, {}, []],
  [
    'names that set nothing, in order',
    { MOONWARDEN_HTTP_PROT: '1', MOONWARDEN_HTTP: '1', MOONWARDEN_HTTP_PORT: '1' },
    { http: { port: '1' } },
    [
      'The environment variable MOONWARDEN_HTTP is ignored.',
      'The environment variable MOONWARDEN_HTTP_PROT is ignored.',
    ],
  ],
])('%s', (_, environment, values, warnings) => {
  const found = environmentLayer(sections, environment);
  expect(found.layer).toEqual({ source: 'environment', values });
  expect(found.warnings).toEqual(
    warnings.map((warning) => warning.replace(' is', ' names no setting and is')),
  );
});

test('the environment of the process is read live', () => {
  expect(processEnvironment()).toBe(process.env);
});
