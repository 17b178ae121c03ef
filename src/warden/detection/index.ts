export { judge, noJudgement, type Judgement } from './judge.ts';
export { sampleName } from './rule.ts';
export type { Condition, ConditionChange, Moment, Sample, ThresholdRule } from './rule.ts';
