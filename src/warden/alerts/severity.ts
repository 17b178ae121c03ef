/** From the mildest to the gravest. They are compared by rank, never as text. */
export const SEVERITIES = ['info', 'warning', 'error', 'critical'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** Higher the graver. */
export const severityRank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** The gravest of some; `info` of none. */
export const worstOf = (severities: Iterable<Severity>): Severity => {
  let worst: Severity = 'info';
  for (const one of severities) if (severityRank(one) > severityRank(worst)) worst = one;
  return worst;
};
