/** The planner of reads of tokens (docs/planner.md), alone. */
export {
  CandidateColumns,
  KIND,
  NO_CREDIT,
  planReads,
  tokenDefaults,
  type Candidates,
  type Plan,
  type PlanBudget,
  type PlanCredit,
  type PlanSettings,
  type PlannedRead,
} from './hosts/tokens/index.ts';
