export type { DexAnswer, DexTransport } from './transport.ts';
