export {
  decide,
  noRecoveries,
  rememberRecoveries,
  type Intent,
  type PendingRecovery,
  type RecoveryState,
} from './decide.ts';
export { verify, type Verdict } from './verify.ts';
