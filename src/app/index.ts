export { examine } from './doctor.ts';
export { openConfig } from './config/open.ts';
export { parseMarketChoice } from './market.ts';
export {
  backupOffline,
  backupsOf,
  copyBackup,
  restoreFile,
  verifyFile,
  type VerifiedFile,
} from './offline-database.ts';
export { createStoredToken, withStoredTokens } from './offline-tokens.ts';
export { parseAnswers, type ParseReport } from './parse-answers.ts';
export { defaultActionPlans } from './recovery/index.ts';
export { EXIT_RESTART, run } from './run.ts';
export { retentionRows } from './retention.ts';
export { defaultRuleRows } from './rules/index.ts';
export { SERVICE_SIGNALS, WORK_SIGNALS } from './service-signals.ts';
export { SECTIONS, loadSettings } from './settings.ts';
export { simulateWorld } from './simulate-world.ts';
export { simulate } from './simulate.ts';
export { verifyLife, type LifeProof } from './verify-life.ts';
export { configJsonSchema } from '../warden/config/index.ts';
export { writeExport } from './exports.ts';
export { parseMintList } from '../hosts/tokens/index.ts';
