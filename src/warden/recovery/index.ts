export { type ActionPlan, type RecoveryAction } from './action.ts';
export { decide, type DecideInput, type Intent, type RecoveryRequest } from './decide.ts';
export { recallRecoveries, type RecoveryPast } from './recall.ts';
export { recoveryDefaults, type RecoverySettings } from './settings.ts';
export { noRecoveries, type Attempt, type RecoveryState } from './state.ts';
export { verify, type EndedAction, type Verdict } from './verify.ts';
export { createActionRunner } from './runner.ts';
export { reportOf } from './report.ts';
