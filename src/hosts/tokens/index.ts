export { createDiscovery, type FeedStatus } from './discovery.ts';
export { createExportFile, exportText, type ExportFile } from './export-file.ts';
export { exportMarkets } from './export.ts';
export { exportSection, type ExportSettings } from './export-settings.ts';
export { createTokenInsight, type TokenInsight } from './insight.ts';
export { jobOfFeed, tokenJobs } from './jobs.ts';
export { parseMintList } from './mint-list.ts';
export { createTokenPipeline } from './pipeline.ts';
export type { PipelineStatus, TokenPipeline } from './pipeline-port.ts';
export {
  NO_CREDIT,
  planReads,
  type Plan,
  type PlanBudget,
  type PlanCredit,
  type PlanSettings,
  type PlannedRead,
} from './plan.ts';
export { CandidateColumns, KIND, type Candidates } from './plan-columns.ts';
export type {
  FlowFacts,
  HourlyCheck,
  StoredDetail,
  CommitOptions,
  TokenChange,
  TokenMove,
  TokenRowPage,
  TokenStore,
} from './ports.ts';
export type { PushFeed, PushLink, PushListener } from './push-feed.ts';
export { READ_GROUPS, type ReadGroup } from './read-groups.ts';
export type { PlanStatus } from './plan-status.ts';
export { createErrorShare } from './error-share.ts';
export { activationSamples, feedSamples } from './work-rules.ts';
export { tokenRules, tokenSamples, tokenSentence, waitingSentence } from './rules.ts';
export { tokenDefaults, tokensSection, type TokenSettings } from './settings.ts';
export type { Token } from './token.ts';
export { createTokenView } from './view.ts';
export { writeWhole } from './whole-file.ts';
