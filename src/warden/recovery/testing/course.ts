import type { JournalDraft, JournalEntry } from '../../../contract/index.ts';
import { conditionId, type Condition, type Level, type Rule } from '../../detection/index.ts';
import type { ActionPlan } from '../action.ts';
import { decide, type Intent, type RecoveryRequest } from '../decide.ts';
import { recallRecoveries } from '../recall.ts';
import { recoveryDefaults, type RecoverySettings } from '../settings.ts';
import { noRecoveries, type Attempt, type RecoveryState } from '../state.ts';
import { verify, type EndedAction, type Verdict } from '../verify.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
const WALL_MS = 1_700_000_000_000;

export const ruleOf = (name: string, more: Partial<Rule> = {}): Rule =>
  ({
    kind: 'threshold',
    name,
    signal: name,
    unit: '',
    forMs: 0,
    keepForMs: 0,
    essential: false,
    nextSteps: [],
    ...more,
  }) as Rule;

export const wrong = (rule: string, level: Level = 'critical', labels = {}): Condition => ({
  rule,
  labels,
  level,
  since: 0,
  value: 1,
  limit: 1,
  unit: '',
  reason: `${rule} is wrong.`,
  evidence: [],
  nextSteps: [],
});

export const planOf = (name: string, more: Partial<ActionPlan> = {}): ActionPlan => ({
  name,
  step: 'soft',
  component: name,
  ends: ['feed'],
  verifyWithinMs: 10 * SECOND,
  ...more,
});

/** What a world does when an action has run: it may end conditions, or bring others. */
export type World = (action: string, conditions: Condition[]) => Condition[];

export interface CourseOptions {
  readonly actions: readonly ActionPlan[];
  readonly rules?: readonly Rule[];
  readonly settings?: Partial<RecoverySettings>;
  readonly noRestart?: string | null;
  readonly world?: World;
  /** Why an action breaks off, by its name. */
  readonly errors?: Readonly<Record<string, string>>;
  /** How long each action takes. */
  readonly runsMs?: number;
}

/** One turn a second of verifying and deciding, without the rest of the loop. */
export class Course {
  nowMs = 0;
  conditions: Condition[] = [];
  state: RecoveryState = noRecoveries;
  readonly told: string[] = [];
  readonly attempts: { readonly atMs: number; readonly attempt: Attempt }[] = [];
  readonly verdicts: Verdict[] = [];
  readonly escalations: { readonly atMs: number; readonly condition: string; readonly why: string }[] = [];
  readonly journal: JournalEntry[] = [];
  private running: { readonly attempt: Attempt; readonly endsMs: number }[] = [];
  private readonly options: CourseOptions;

  constructor(options: CourseOptions) {
    this.options = options;
  }

  /** One turn. */
  turn(requests: readonly RecoveryRequest[] = []): readonly Intent[] {
    const now = { wallMs: WALL_MS + this.nowMs, monotonicMs: this.nowMs };
    const { actions, rules = [], world, runsMs = 0, noRestart = null } = this.options;
    const ended: EndedAction[] = [];
    for (const { attempt } of this.running.filter((one) => one.endsMs <= this.nowMs)) {
      ended.push({ id: attempt.id, error: this.options.errors?.[attempt.action] ?? null });
      this.conditions = world?.(attempt.action, this.conditions) ?? this.conditions;
    }
    this.running = this.running.filter((one) => one.endsMs > this.nowMs);
    const verified = verify(this.state, ended, this.conditions, now);
    this.verdicts.push(...verified.verdicts);
    for (const { recovery, outcome, reason } of verified.verdicts) {
      const { id, action, step, condition } = recovery;
      this.note({
        type: 'action.verified',
        at: now.wallMs,
        subject: condition,
        reason,
        data: { action, condition, outcome, id, step },
      });
      this.told.push(`${this.nowMs / SECOND}: ${action} ${outcome}`);
    }
    const decided = decide(
      verified.state,
      {
        changes: [],
        conditions: this.conditions,
        rules,
        actions,
        requests,
        settings: { ...recoveryDefaults, graceMs: 0, ...this.options.settings },
        noRestart,
      },
      now,
    );
    for (const intent of decided.intents) this.carryOut(intent, now.wallMs, runsMs);
    this.state = decided.state;
    return decided.intents;
  }

  /** Turns until so much time has passed. */
  pass(ms: number): this {
    for (const untilMs = this.nowMs + ms; this.nowMs < untilMs; this.nowMs += SECOND) this.turn();
    return this;
  }

  /** The process ends, and another one begins after a while: it knows what the journal says. */
  restart(awayMs = 0): void {
    this.nowMs += awayMs;
    this.running = [];
    const of = <T extends JournalEntry['type']>(type: T) =>
      this.journal.filter(
        (entry): entry is Extract<JournalEntry, { readonly type: T }> => entry.type === type,
      );
    this.state = recallRecoveries(
      {
        taken: of('action.taken'),
        verified: of('action.verified'),
        manual: of('recovery.manual'),
        ended: of('condition.ended'),
      },
      { wallMs: WALL_MS + this.nowMs, monotonicMs: this.nowMs },
    );
  }

  private carryOut(intent: Intent, at: number, runsMs: number): void {
    switch (intent.kind) {
      case 'recover': {
        const { attempt } = intent;
        const { id, action, condition, step, component, verifyWithinMs, by } = attempt;
        this.attempts.push({ atMs: this.nowMs, attempt });
        this.running.push({ attempt, endsMs: this.nowMs + runsMs });
        this.told.push(`${this.nowMs / SECOND}: ${action} (${step}) for ${condition ?? 'nothing'}`);
        this.note({
          type: 'action.taken',
          at,
          subject: condition,
          reason: intent.why,
          data: { action, condition, verifyBy: null, id, step, component, verifyWithinMs, by },
        });
        break;
      }
      case 'wait':
        this.told.push(`${this.nowMs / SECOND}: ${intent.condition} waits: ${intent.standing.cause}`);
        break;
      case 'escalate': {
        const condition = conditionId(intent.condition);
        this.escalations.push({ atMs: this.nowMs, condition, why: intent.why });
        this.told.push(`${this.nowMs / SECOND}: a person for ${condition}`);
        this.note({
          type: 'recovery.manual',
          at,
          subject: condition,
          reason: intent.why,
          data: { level: 'critical', evidence: null },
        });
        break;
      }
      case 'refuse':
        this.told.push(`${this.nowMs / SECOND}: refused: ${intent.why}`);
        break;
      case 'notify':
        break;
    }
  }

  private note(draft: JournalDraft): void {
    this.journal.push({ ...draft, seq: this.journal.length + 1 });
  }
}
