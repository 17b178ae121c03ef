import type { ThresholdRule } from '../../warden/detection/index.ts';

/** The configuration file is not valid, or belongs to somebody else than before. */
export const configRules: readonly ThresholdRule[] = [
  {
    kind: 'threshold',
    name: 'config.refused',
    signal: 'config_refused_s',
    unit: 's',
    warning: { enter: 0.001, leave: 0.0005 },
    forMs: 0,
    keepForMs: 0,
    essential: false,
    describe: (value) =>
      `The configuration file has not been valid for ${Math.round(value)} s; the last good configuration is in force.`,
    nextSteps: [
      '`moonwarden config check` names each fault with its path; the file is read again as soon as it changes.',
      '`moonwarden config show --running` shows what is in force.',
    ],
  },
  {
    kind: 'threshold',
    name: 'config.owner',
    signal: 'config_owner_changed',
    unit: '',
    warning: { enter: 1, leave: 0.5 },
    forMs: 0,
    keepForMs: 0,
    essential: false,
    describe: () => 'The configuration file belongs to another user than when the service began to read it.',
    nextSteps: [
      'Find out who changed it: `ls -l` of the file, and `GET /api/journal?type=config.changed` for what changed.',
      'If it is to stay so, send the process SIGHUP or restart it: then the new owner is the one that counts.',
    ],
  },
];
