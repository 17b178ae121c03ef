// @ts-check
/**
 * `npm run mutation`: how many planted faults in the pure parts of the policies, the jobs and the history the tests notice. Takes hours on two cores;
 * `-- --mutate src/warden/resilience/backoff.ts` looks at one file.
 */
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts' },
  mutate: [
    'src/warden/resilience/{adaptive-limit,adaptive-timeout,backoff,classify-error,count-window,deadlines}.ts',
    'src/warden/resilience/{failure-codes,http-failure,judge-features,network-gone,retry-after}.ts',
    'src/warden/resilience/{retry-budget,retry-decision,rate-limit-core,rate-limit-log,wait-line}.ts',
    'src/warden/scheduler/{due-heap,group-health,job-reduce,job-state,left-over,hold-ups,schedule,start-queue}.ts',
    'src/warden/metrics/history/{query,roll-up,series,tiers}.ts',
    'src/warden/detection/{compose,judge,latch,measure,missing,statistics,step,tick,verdicts}.ts',
    'src/warden/detection/readings/*.ts',
    'src/warden/{health/assess,health/tree,incidents/fold}.ts',
    'src/warden/recovery/{action,choose,decide,recall,state,verify}.ts',
    'src/warden/resilience/breaker-{core,evidence,leases,phases,ramp,refusal,snapshot,window}.ts',
  ],
  coverageAnalysis: 'perTest',
  // All tests of what is mutated, instrumented, one after the other.
  dryRunTimeoutMinutes: 20,
  reporters: ['clear-text', 'progress'],
  tempDirName: 'coverage/stryker',
  thresholds: { high: 95, low: 85, break: 85 },
  concurrency: 2,
};
