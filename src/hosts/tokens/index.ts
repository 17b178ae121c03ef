export { createDiscovery, type Discovery, type FeedStatus } from './discovery.ts';
export { parseMintList } from './mint-list.ts';
export { createTokenPipeline, type PipelineStatus, type TokenPipeline } from './pipeline.ts';
export type { TokenChange, TokenRow, TokenRowPage, TokenStore } from './ports.ts';
export { tokenRules, tokenSamples, tokenSentence, waitingSentence } from './rules.ts';
export { tokensSection, type TokenSettings } from './settings.ts';
export type { Token } from './token.ts';
export { createTokenView, type TokenView } from './view.ts';
