import { tokenRules, type TokenSettings } from '../../hosts/tokens/index.ts';
import { resourceRules, type Rule } from '../../warden/detection/index.ts';
import { configRules } from '../config/rule.ts';
import { monitorRules } from '../../warden/index.ts';
import { roomRule, slowRule, storeRule } from '../store-rule.ts';

const MB = 1_000_000;

/** The rules of the service before the user says anything about them. */
export function defaultRules(parts: {
  readonly tokens: TokenSettings;
  /** Of the market. */
  readonly origin: string;
  readonly memoryLimitMb: number | null;
  /** Whether process and machine are measured. */
  readonly hasResources: boolean;
  /** Of the jobs that there are. */
  readonly jobs: readonly Rule[];
  /** Of the event loop, where it is watched. */
  readonly loop: readonly Rule[];
  /** Of the backups, where there are some. */
  readonly backup: readonly Rule[];
}): readonly Rule[] {
  const { tokens, origin, memoryLimitMb, hasResources, jobs, loop, backup } = parts;
  const memoryLimitBytes = memoryLimitMb === null ? null : memoryLimitMb * MB;
  return [
    ...tokenRules(tokens, origin),
    storeRule,
    slowRule,
    roomRule,
    ...configRules,
    ...monitorRules,
    ...jobs,
    ...loop,
    ...backup,
    ...(hasResources ? resourceRules({ memoryLimitBytes }) : []),
  ];
}
