export { aggregate, type TokenMetrics } from './metrics.ts';
export type { TokenChange, TokenRow, TokenRowPage, TokenStore } from './ports.ts';
export { tokensSection, type TokenSettings } from './settings.ts';
export type { Token } from './token.ts';
