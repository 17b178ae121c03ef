export { conditionId, type Condition, type ConditionChange } from './condition.ts';
export { lookedAt } from './plan.ts';
export { createPastReader } from './past-reader.ts';
export { resourceRules } from './resource-rules.ts';
export { judge, type Judged } from './judge.ts';
export type { PastSample } from './inputs.ts';
export { sampleName } from './labels.ts';
export { limitFaults } from './limit-order.ts';
export { isGraver, LEVELS, rankOf, type Level } from './level.ts';
export { quantity, spanOf } from './quantity.ts';
export { noJudgement, type Judgement } from './state.ts';
export {
  componentOf,
  explains,
  meansRule,
  sideOf,
  signalOf,
  type Expression,
  type Moment,
  type Occurrence,
  type Rule,
  type Sample,
  type Threshold,
  type ThresholdRule,
} from './rule.ts';
export { verdictsOf, type SeriesVerdict } from './verdicts.ts';
