export {
  BATCH_SIZE,
  HISTORY,
  createDexClient,
  type DexChange,
  type DexClient,
  type PoolSource,
  type TokenRead,
} from './client.ts';
export { createHttpTransport } from './http-transport.ts';
export { USD1, USDC, WRAPPED_SOL, judgeMint } from './mint.ts';
export { dexSection, type DexSettings } from './settings.ts';
export type { DexAnswer, DexTransport } from './transport.ts';
export { pairItems, parseListings, parsePairs, type DropReason, type Pair } from './wire.ts';
