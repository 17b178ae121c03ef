import type { ThresholdRule } from '../../warden/detection/index.ts';

export const configRule: ThresholdRule = {
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
};
