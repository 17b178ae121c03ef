import type { BeatSettings } from './judge-beat.ts';
import type { Block } from './block.ts';
import type { TraceTargets } from './trace.ts';

/** What the watching thread is started with. */
export interface WatchOrders {
  readonly memory: SharedArrayBuffer;
  readonly settings: BeatSettings;
  readonly captureStack: boolean;
  readonly trace: TraceTargets;
  readonly pid: number;
  readonly folder: string;
}

/** What it tells the main thread, which reads it once it turns again. */
export type WatchNews =
  | { readonly kind: 'watching' }
  /** A person held the thread with a debugger. */
  | { readonly kind: 'held'; readonly forMs: number }
  | {
      readonly kind: 'block';
      readonly block: Block;
      /** The last beat before it. */
      readonly beat: number;
      /** The most that it can have lasted; `blockedMs` of the block is the least. */
      readonly atMostMs: number;
    };
