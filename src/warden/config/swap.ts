import { MoonwardenError, describeError, type Fault } from '../../kernel/index.ts';
import type { LoadedConfig, SettingsBySection } from './load.ts';
import { keyOf, type Section } from './section.ts';

/** A setting that reads differently now. */
export interface ChangedSetting {
  readonly path: string;
  /** As written, before and after. */
  readonly from: unknown;
  readonly to: unknown;
  /** Whether it acts at once; the others act at the next start. */
  readonly live: boolean;
}

/** A part of the service that takes new settings while it runs. */
export interface LivePart<Settings> {
  /** For who reads of a failure: `rules`. */
  readonly name: string;
  /**
   * Does whatever may fail and changes nothing. The function that it gives brings the settings into force, at once and
   * without failing.
   * @throws MoonwardenError with faults, or anything else, when it cannot take them; then no part gets them.
   */
  prepare(next: Settings): () => void;
}

/** What is in force: the settings that the parts have, and the configuration that was accepted last. */
export interface ConfigState {
  readonly loaded: LoadedConfig;
  /** Those of `loaded` that are live, and the others as they were at the start. */
  readonly inForce: SettingsBySection;
}

/** The outcome of {@link prepareSwap}. */
export type PreparedSwap =
  | { readonly ok: false; readonly faults: readonly Fault[] }
  | {
      readonly ok: true;
      readonly changes: readonly ChangedSetting[];
      readonly state: ConfigState;
      /** Brings everything into force in one go. Gives what broke all the same, by part: a fault of the program. */
      readonly commit: () => readonly { readonly part: string; readonly error: unknown }[];
    };

/** Prepares the change to a valid configuration. Nothing is changed before `commit`. */
export function prepareSwap<Settings>(options: {
  readonly sections: readonly Section[];
  readonly current: ConfigState;
  readonly next: LoadedConfig;
  readonly parts: readonly LivePart<Settings>[];
  /** The settings in the types of the parts. */
  readonly read: (settings: SettingsBySection) => Settings;
}): PreparedSwap {
  const { sections, current, next, parts, read } = options;
  const inForce = settingsInForce(sections, current.inForce, next.settings);
  const faults: Fault[] = mixedFaults(sections, inForce);
  const commits: { readonly part: string; readonly commit: () => void }[] = [];
  for (const part of parts) {
    try {
      commits.push({ part: part.name, commit: part.prepare(read(inForce)) });
    } catch (error) {
      const told = error instanceof MoonwardenError ? error.faults : [];
      faults.push(...(told.length > 0 ? told : [{ path: part.name, message: describeError(error) }]));
    }
  }
  if (faults.length > 0) return { ok: false, faults };
  return {
    ok: true,
    changes: changedSettings(sections, current.loaded, next),
    state: { loaded: next, inForce },
    commit: () =>
      commits.flatMap(({ part, commit }) => {
        try {
          commit();
          return [];
        } catch (error) {
          return [{ part, error }];
        }
      }),
  };
}

/** What differs between two configurations; two ways to write one value do not. Pure. */
export function changedSettings(
  sections: readonly Section[],
  before: Pick<LoadedConfig, 'settings' | 'values'>,
  after: Pick<LoadedConfig, 'settings' | 'values'>,
): readonly ChangedSetting[] {
  const writtenIn = ({ values }: Pick<LoadedConfig, 'values'>): ReadonlyMap<string, unknown> =>
    new Map(values.map(({ section, key, written }) => [`${section}.${key}`, written]));
  const [from, to] = [writtenIn(before), writtenIn(after)];
  return sections.flatMap((section) =>
    Object.entries(section.fields).flatMap(([name, { isLive = false }]): ChangedSetting[] => {
      const [was, is] = [before.settings[section.name]?.[name], after.settings[section.name]?.[name]];
      if (JSON.stringify(was) === JSON.stringify(is)) return [];
      const path = `${section.name}.${keyOf(name)}`;
      return [{ path, from: from.get(path), to: to.get(path), live: isLive }];
    }),
  );
}

/** Where what is live does not go together with what waits for the next start. */
function mixedFaults(sections: readonly Section[], inForce: SettingsBySection): Fault[] {
  return sections.flatMap((section) =>
    (section.check?.(inForce[section.name] ?? {}) ?? []).map(({ field, message }) => ({
      path: `${section.name}.${keyOf(field)}`,
      message: `${message}, together with what stays in force until the next start`,
    })),
  );
}

/** The live ones of the next settings, and the others as they are. Pure. */
function settingsInForce(
  sections: readonly Section[],
  current: SettingsBySection,
  next: SettingsBySection,
): SettingsBySection {
  return Object.fromEntries(
    sections.map((section) => [
      section.name,
      Object.fromEntries(
        Object.entries(section.fields).map(([name, { isLive = false }]) => [
          name,
          (isLive ? next : current)[section.name]?.[name],
        ]),
      ),
    ]),
  );
}
