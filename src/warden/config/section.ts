import type { z } from 'zod';

/** One setting: how it is read, what it is when nobody says, and one sentence about it. */
export interface Field<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  /** As it would stand in the file. Null: there is none, and the setting may be left out. */
  readonly initial: z.input<Schema> | null;
  readonly about: string;
  /** The environment gives it as JSON. */
  readonly isJson?: boolean;
  /** It acts without a new start. */
  readonly isLive?: boolean;
}

/** A setting with a default. */
export function field<Schema extends z.ZodType>(
  schema: Schema,
  initial: z.input<Schema>,
  about: string,
): Field<Schema> {
  return { schema, initial, about };
}

/** A list or a map: JSON in the environment. */
export function jsonField<Schema extends z.ZodType>(
  schema: Schema,
  initial: z.input<Schema>,
  about: string,
): Field<Schema> {
  return { schema, initial, about, isJson: true };
}

/** A setting that may be left out; then it is null. */
export function optionalField<Schema extends z.ZodType>(
  schema: Schema,
  about: string,
): Field<z.ZodNullable<Schema>> {
  return { schema: schema.nullable(), initial: null, about };
}

/** A setting that acts without a new start. Whoever owns it takes the new value while the service runs. */
export function live<Own extends Field>(own: Own): Own {
  return { ...own, isLive: true };
}

/**
 * The settings of one room. Field names are those of the code (`hotIntervalMs`); in files and in the environment they
 * are written `hot_interval`, because there a duration carries its unit.
 */
export interface Section<Fields extends Record<string, Field> = Record<string, Field>> {
  readonly name: string;
  readonly about: string;
  readonly fields: Fields;
  /** What no single field can tell, e.g. that weights sum to 1. Gives faults by field name, and `within` it. */
  check?(
    values: SectionValues<Fields>,
  ): readonly { field: keyof Fields & string; within?: string; message: string }[];
}

/** What the code gets of a section. */
export type SectionValues<Fields extends Record<string, Field>> = {
  readonly [Name in keyof Fields]: z.output<Fields[Name]['schema']>;
};

/** What the code gets of a section, by the section itself. */
export type SettingsOf<S> = S extends Section<infer Fields> ? SectionValues<Fields> : never;

export function defineSection<const Fields extends Record<string, Field>>(
  section: Section<Fields>,
): Section<Fields> {
  return section;
}

/** The name of a field in files: `hotIntervalMs` is `hot_interval`. */
export function keyOf(fieldName: string): string {
  return fieldName.replace(/Ms$/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The defaults of a section, as the code gets them. */
export function defaultsOf<Fields extends Record<string, Field>>(
  section: Section<Fields>,
): SectionValues<Fields> {
  return Object.fromEntries(
    Object.entries(section.fields).map(([name, { schema, initial }]) => [name, schema.parse(initial)]),
  ) as SectionValues<Fields>;
}
