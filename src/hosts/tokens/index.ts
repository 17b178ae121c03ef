export { createDiscovery, type FeedStatus } from './discovery.ts';
export { parseMintList } from './mint-list.ts';
export { createTokenPipeline, type PipelineStatus, type TokenPipeline } from './pipeline.ts';
export type { FlowFacts, HourlyCheck, TokenChange, TokenMove, TokenRowPage, TokenStore } from './ports.ts';
export { tokenRules, tokenSamples, tokenSentence, waitingSentence } from './rules.ts';
export { tokensSection, type TokenSettings } from './settings.ts';
export type { Token } from './token.ts';
export { createTokenView } from './view.ts';
