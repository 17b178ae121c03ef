import type { AlertSettings } from './settings.ts';
import type { Silence } from './silence.ts';
import type { Explains } from './stages/inhibit.ts';

/** What the pipeline decides by. */
export interface PipelineContext {
  readonly settings: AlertSettings;
  /** Which rule explains which. */
  readonly explains: Explains;
  /** Maintenance windows of the configuration that are open now. */
  readonly windows: readonly Silence[];
  /** The incident that a rule with these labels belongs to now; null for none. */
  readonly incidentOf: (alert: {
    readonly rule: string;
    readonly labels: Readonly<Record<string, string>>;
  }) => string | null;
  /** Wall clock, in ms. */
  readonly now: number;
}
