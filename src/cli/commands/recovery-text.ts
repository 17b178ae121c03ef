import type { RecoveryReport } from '../../contract/index.ts';

/** How recovery stands, in sentences. Pure. */
export function recoveryLines(report: RecoveryReport): readonly string[] {
  const { at, mode, budget, pending, conditions, noRestart } = report;
  const { used, perHour, hardUsed, hardPerHour } = budget;
  const inSeconds = (time: number): string => `${Math.max(0, Math.round((time - at) / 1_000))} s`;
  return [
    mode === 'act'
      ? `In this hour ${used} of ${perHour} tries were made, ${hardUsed} of ${hardPerHour} restarts among them.`
      : 'The service only observes: it says what it would do, and does nothing by itself.',
    ...(noRestart === null ? [] : [noRestart]),
    ...pending.map(
      ({ action, condition, verifyBy, by }) =>
        `${action}${condition === null ? '' : ` for ${condition}`}${by === 'service' ? '' : `, asked for by ${by},`} ${
          verifyBy === null
            ? 'runs.'
            : `has run; what it did is known in ${inSeconds(verifyBy)} at the latest.`
        }`,
    ),
    ...conditions.flatMap(({ condition, state, why }) =>
      state === 'manual'
        ? [`${condition} needs a person. ${why ?? ''}`.trim()]
        : state === 'waiting'
          ? [`${condition} is not recovered now. ${why ?? ''}`.trim()]
          : [],
    ),
    ...(conditions.length === 0 && pending.length === 0
      ? ['Nothing is wrong that the service could heal.']
      : []),
  ];
}

export const ACTION_COLUMNS = ['ACTION', 'STEP', 'SHOULD END', 'HELPED', 'DID NOT'] as const;

/** What the service can do, and how often that helped. Pure. */
export function actionRows({ actions }: RecoveryReport): readonly string[][] {
  return actions.map(({ name, step, ends, outcomes }) => {
    const helped = outcomes.reduce((sum, { worked }) => sum + worked, 0);
    const failed = outcomes.reduce((sum, one) => sum + one.didNotWork + one.madeItWorse, 0);
    return [name, step, ends.join(', '), String(helped), String(failed)];
  });
}
