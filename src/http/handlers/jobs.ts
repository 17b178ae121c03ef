import type {
  JobActionResult,
  RestartBody,
  RunBody,
  RunsQuery,
  SchedulerRestartBody,
  WhyBody,
} from '../../contract/index.ts';
import { json, type Answer } from '../answer.ts';
import type { Call, Caller, Handler } from '../call.ts';
import type { JobsPort } from '../ports.ts';

interface ByName {
  readonly name: string;
}

const jobsOf = ({ services }: Pick<Call, 'services'>): JobsPort => services.settings.view.jobs;
const nameOf = (caller: Caller | null): string => caller?.name ?? 'nobody';
const answered = (result: JobActionResult): Answer => json(result, result.done ? 200 : 202);

/** How the groups of jobs do. */
export const scheduler: Handler = (call) => json(jobsOf(call).scheduler());

export const listJobs: Handler = (call) => json(jobsOf(call).list());

/** One job with its last runs. */
export const showJob: Handler<ByName, RunsQuery> = async (call) =>
  json(await jobsOf(call).show(call.params.name, call.query.limit));

/** Starts a run beside the plan; why is asked for and need not be given. */
export const runJob: Handler<ByName, unknown, RunBody> = (call) => {
  const why = call.body?.why;
  const asked = { who: nameOf(call.caller), why: why === undefined || why === '' ? null : why };
  return answered(jobsOf(call).run(call.params.name, asked));
};

export const restartJob: Handler<ByName, unknown, RestartBody> = async (call) =>
  answered(await jobsOf(call).restart(call.params.name, { ...call.body, who: nameOf(call.caller) }));

/** Restarts a group, or every job. */
export const restartJobs: Handler<unknown, unknown, SchedulerRestartBody> = async (call) =>
  answered(await jobsOf(call).restartAll({ ...call.body, who: nameOf(call.caller) }));

export const parkJob: Handler<ByName, unknown, WhyBody> = (call) =>
  answered(jobsOf(call).park(call.params.name, { ...call.body, who: nameOf(call.caller) }));

export const unparkJob: Handler<ByName, unknown, WhyBody> = (call) =>
  answered(jobsOf(call).unpark(call.params.name, { ...call.body, who: nameOf(call.caller) }));
