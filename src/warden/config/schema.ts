import { z } from 'zod';
import { keyOf, type Section } from './section.ts';

/** The JSON schema of the configuration file, for editors and for `moonwarden config schema`. */
export function configJsonSchema(sections: readonly Section[]): Record<string, unknown> {
  // What a setting refers to stands at the root, because references count from there.
  const definitions: Record<string, unknown> = {};
  const properties: Record<string, unknown> = { $schema: { type: 'string' } };
  for (const section of sections) {
    const fields = Object.entries(section.fields).map(([name, { schema, initial, about }]) => {
      const { $schema: _dialect, $defs = {}, ...shape } = z.toJSONSchema(schema, { io: 'input' });
      const own = `${section.name}_${keyOf(name)}_`;
      const named = <T>(part: T): T =>
        JSON.parse(JSON.stringify(part).replaceAll('"#/$defs/', `"#/$defs/${own}`)) as T;
      for (const [id, part] of Object.entries($defs)) definitions[own + id] = named(part);
      return [keyOf(name), { ...named(shape), description: about, default: initial }];
    });
    properties[section.name] = {
      type: 'object',
      description: section.about,
      additionalProperties: false,
      properties: Object.fromEntries(fields) as unknown,
    };
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Moonwarden configuration',
    type: 'object',
    additionalProperties: false,
    properties,
    ...(Object.keys(definitions).length > 0 ? { $defs: definitions } : {}),
  };
}
