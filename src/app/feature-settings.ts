import { z } from 'zod';
import { defineSection, field, live, type SettingsOf } from '../warden/config/index.ts';

const feature = (what: string) => live(field(z.enum(['auto', 'on', 'off']), 'auto', what));

/** What the service can do without, switch by switch. */
export const featuresSection = defineSection({
  name: 'features',
  about:
    'What the service can do without. `off`: it is not done, and no rule complains. `on`: it is done. `auto`: it is done, and may be left out for a while when there is too much to do; nothing is left out for that yet, so that today it is the same as `on`.',
  fields: {
    feeds: feature('Ask the feeds of new tokens (profiles, boosts, the file of mints).'),
    verification: feature('Look at failed activations through the other endpoint.'),
    export: feature('Write the export file.'),
  },
});
export type FeatureSettings = SettingsOf<typeof featuresSection>;

/** Names of what can be switched off. */
export type FeatureName = keyof FeatureSettings;
/** Groups of jobs that do nothing while a feature is off. */
const GROUPS: Readonly<Record<string, FeatureName>> = { discovery: 'feeds', export: 'export' };

/** The switch that keeps a group of jobs from its work, as the configuration names it; null when none does. Pure. */
export function offBy(switches: FeatureSettings, group: string): string | null {
  const name = Object.hasOwn(GROUPS, group) ? GROUPS[group] : undefined;
  return name !== undefined && switches[name] === 'off' ? `features.${name}` : null;
}

export const FEATURE_NAMES: readonly FeatureName[] = ['feeds', 'verification', 'export'];
