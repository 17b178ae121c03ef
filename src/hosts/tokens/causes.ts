/** What makes data old; then that is what must be healed. */
export const OLD_BECAUSE_OF: readonly string[] = [
  'source.unreachable',
  'source.throttled',
  'pipeline.stalled',
  'store.failing',
  'jobs.escalated',
];
