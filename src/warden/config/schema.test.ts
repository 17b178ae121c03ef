import { expect, test } from 'vitest';
import { z } from 'zod';
import { duration, flag, integer, text } from './fields.ts';
import { configJsonSchema } from './schema.ts';
import { defineSection, field, optionalField } from './section.ts';

const room = defineSection({
  name: 'room',
  about: 'A room.',
  fields: {
    size: field(integer({ min: 1 }), 10, 'Its size.'),
    openForMs: field(duration(), '30s', 'How long it is open.'),
    lit: field(flag(), true, 'Whether there is light.'),
    colour: field(z.enum(['red', 'blue']), 'red', 'Of the walls.'),
    owner: optionalField(text(), 'Whose it is.'),
  },
});
const schema = configJsonSchema([room]);
/** The schema, read back as a validator: what an editor would say of a file. */
const accepts = (file: unknown): boolean => z.fromJSONSchema(schema).safeParse(file).success;

test.each([
  ['nothing', {}],
  ['its own address', { $schema: './monitoring.schema.json' }],
  ['all defaults', { room: { size: 10, open_for: '30s', lit: true, colour: 'red', owner: null } }],
  ['text where the field takes text', { room: { size: '10', open_for: 5, lit: 'on', owner: 'me' } }],
])('accepts %s', (_, file) => {
  expect(accepts(file)).toBe(true);
});

test.each([
  ['an unknown section', { garden: {} }],
  ['an unknown setting', { room: { openForMs: 5 } }],
  ['a section that is no object', { room: [] }],
  ['a wrong type', { room: { size: true } }],
  ['a word that is not among the choices', { room: { colour: 'green' } }],
  ['null where a value must be', { room: { size: null } }],
])('refuses %s', (_, file) => {
  expect(accepts(file)).toBe(false);
});

test('describes each section and setting, with its default', () => {
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    properties: {
      room: {
        description: 'A room.',
        properties: {
          open_for: { description: 'How long it is open.', default: '30s' },
          owner: { description: 'Whose it is.', default: null },
        },
      },
    },
  });
  // Editors take a second dialect inside the first one for a mistake.
  expect(JSON.stringify(schema).match(/"\$schema":"/g)).toHaveLength(1);
});
