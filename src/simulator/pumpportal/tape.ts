/** A subscription that PumpPortal offers. */
export type Topic = 'migration' | 'creation';

/** A frame on its way; without a topic everybody gets it who has subscribed to anything. */
export interface TapeFrame {
  readonly topic: Topic | null;
  readonly text: string;
}

/** Frames as they come with time. */
export interface Tape {
  /** Gives each frame at its time until it is stopped. What came while it did not play is lost, as on a real stream. */
  play(emit: (frame: TapeFrame) => void): () => void;
}
