import type { Matcher } from './match.ts';

/** Somebody does not want to hear of some alerts for a while, or the service is being worked on. It always ends. */
export interface Silence {
  readonly id: string;
  /** `window`: a maintenance window of the configuration, which comes again. */
  readonly kind: 'silence' | 'maintenance' | 'window';
  readonly match: Matcher;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly by: string;
  readonly why: string | null;
  /**
   * Instead of silence: only what is so many times as far as its limit is told. 1.5 lets a value of 1.6 s at a limit of
   * 1 s through. Null silences all.
   */
  readonly adjust: number | null;
  /** Whether it was said that it ends soon and hides something critical. */
  readonly reminded: boolean;
}

export const isActive = ({ startsAt, endsAt }: Silence, now: number): boolean =>
  startsAt <= now && now < endsAt;
