export { defaultActionPlans, firstActionOf, recoveryActions } from './actions.ts';
export { createEvidence, type Evidence } from './evidence.ts';
export { collectGarbage } from './garbage.ts';
export { processReport } from './process-report.ts';
export { recoveryPastOf } from './past.ts';
export { recoverySection, wardenRecovery, type RecoveryConfig } from './settings.ts';
