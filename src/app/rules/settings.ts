import { z } from 'zod';
import {
  defineSection,
  integer,
  jsonField,
  live,
  optionalField,
  text,
  type SettingsOf,
} from '../../warden/config/index.ts';
import { READ_GROUPS, tokenDefaults } from '../../hosts/tokens/index.ts';
import type { Rule } from '../../warden/detection/index.ts';
import { jobRules, schedulerRule } from '../../warden/index.ts';
import { createBlockSignals, watchdogDefaults } from '../../warden/watchdog/index.ts';
import { backupRules } from '../backups.ts';
import { ruleFaults } from './check.ts';
import { defaultRules } from './defaults.ts';
import { overrideSchema, ruleSchema } from './schema.ts';

/** The groups of jobs that every service has; the numbers of their rules follow from their intervals. */
const USUAL_JOBS = [
  ...[...READ_GROUPS, 'discovery', 'export', 'backup'].flatMap((group) =>
    jobRules({ group, everyMs: 30_000 }),
  ),
  schedulerRule,
];

/** The default rules as they are with default settings of everything else: names and levels are the same in all. */
export const usualRules = (memoryLimitMb: number | null): readonly Rule[] =>
  defaultRules({
    tokens: tokenDefaults,
    origin: '',
    memoryLimitMb,
    hasResources: true,
    jobs: USUAL_JOBS,
    backup: backupRules(86_400_000),
    loop: [createBlockSignals(watchdogDefaults.limitMs).rule],
  });

/** The rules by which the service judges itself. */
export const rulesSection = defineSection({
  name: 'rules',
  about:
    'The rules by which the service judges itself: the kinds of rules, the default ones and examples are in [rules](rules.md).',
  fields: {
    override: live(
      jsonField(
        z.record(text(), overrideSchema),
        {},
        'Changes to default rules, by name: numbers of a level, `for`, `keep_for`, `off`.',
      ),
    ),
    custom: live(jsonField(z.array(ruleSchema).max(1_000), [], 'Rules of your own.')),
    memoryLimitMb: live(
      optionalField(
        integer({ min: 50, max: 10_000_000 }),
        'The process is to stay below so many megabytes of memory, whatever the machine has.',
      ),
    ),
  },
  check: ({ override, custom, memoryLimitMb }) => ruleFaults(override, custom, usualRules(memoryLimitMb)),
});
export type RuleSettings = SettingsOf<typeof rulesSection>;
