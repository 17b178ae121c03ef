import { dexSection, type DexSettings } from '../hosts/dexscreener/index.ts';
import { pumpPortalSection, type PumpPortalSettings } from '../hosts/pumpportal/index.ts';
import {
  exportSection,
  tokensSection,
  type ExportSettings,
  type TokenSettings,
} from '../hosts/tokens/index.ts';
import {
  defineSection,
  field,
  flag,
  integer,
  loadConfig,
  optionalField,
  processEnvironment,
  text,
  type Environment,
  type Layer,
  type LoadedConfig,
  type Section,
  type SettingsBySection,
  type SettingsOf,
} from '../warden/config/index.ts';
import { existsSync } from 'node:fs';
import { backupSection, type BackupSettings } from './backup-settings.ts';
import { logSection, type LogSettings } from './log/logger.ts';
import { featuresSection, type FeatureSettings } from './feature-settings.ts';
import { jobsSection, type JobSettings } from './job-settings.ts';
import { retentionSection, type RetentionSettings } from './retention.ts';
import { recoverySection, type RecoveryConfig } from './recovery/index.ts';
import { rulesSection, type RuleSettings } from './rules/index.ts';
import { watchdogSection, type WatchdogSettings } from './loop-watch.ts';
import { signalsSection, type SignalSettings } from './signal-settings.ts';

/** Where the page and the API are served. */
const httpSection = defineSection({
  name: 'http',
  about: 'Where the page and the API are served.',
  fields: {
    host: field(text(), '127.0.0.1', 'Address to listen on. Anything but loopback needs an access token.'),
    port: field(integer({ min: 0, max: 65_535 }), 8000, 'Port to listen on; 0 takes a free one.'),
    tlsCertFile: optionalField(text(), 'Certificate (PEM), to serve over TLS.'),
    tlsKeyFile: optionalField(text(), 'Private key (PEM) of the certificate.'),
    trustLocal: field(flag(), true, 'Let callers on this machine in without a token.'),
    publicOrigin: optionalField(
      text(),
      'Origin under which browsers see this server behind a proxy, e.g. https://moon.example.',
    ),
  },
  check: ({ tlsCertFile, tlsKeyFile }) =>
    (tlsCertFile === null) === (tlsKeyFile === null)
      ? []
      : [
          {
            field: tlsCertFile === null ? 'tlsCertFile' : 'tlsKeyFile',
            message: 'certificate and key belong together',
          },
        ],
});

/** Every section of the configuration, as the rooms own them. */
export const SECTIONS: readonly Section[] = [
  httpSection,
  dexSection,
  pumpPortalSection,
  tokensSection,
  exportSection,
  featuresSection,
  jobsSection,
  signalsSection,
  rulesSection,
  recoverySection,
  backupSection,
  retentionSection,
  watchdogSection,
  logSection,
];

/** All settings, as the code reads them. */
export interface Settings {
  readonly http: SettingsOf<typeof httpSection>;
  readonly dexscreener: DexSettings;
  readonly pumpportal: PumpPortalSettings;
  readonly tokens: TokenSettings;
  readonly export: ExportSettings;
  readonly features: FeatureSettings;
  readonly jobs: JobSettings;
  readonly signals: SignalSettings;
  readonly rules: RuleSettings;
  readonly recovery: RecoveryConfig;
  readonly backup: BackupSettings;
  readonly retention: RetentionSettings;
  readonly watchdog: WatchdogSettings;
  readonly log: LogSettings;
}

const DEFAULT_CONFIG_FILE = 'config/monitoring.json';

/** What the command line says about where the configuration is and what it is. */
export interface ConfigChoice {
  /** A file that must be there; null for none; undefined takes the environment's or, if it is there, the default one. */
  readonly file?: string | null | undefined;
  readonly flags?: Layer;
  readonly environment?: Environment;
}

/** Where the file is or would be, and the file if there is one or there must be one. */
export function configFile(choice: ConfigChoice): {
  readonly path: string | null;
  readonly file: string | null;
} {
  const named =
    choice.file === undefined
      ? (choice.environment ?? processEnvironment())['MOONWARDEN_CONFIG']
      : choice.file;
  if (named !== undefined) return { path: named, file: named };
  return { path: DEFAULT_CONFIG_FILE, file: existsSync(DEFAULT_CONFIG_FILE) ? DEFAULT_CONFIG_FILE : null };
}

/** A valid configuration, typed. @throws MoonwardenError CONFIG_INVALID, FILE_UNREADABLE. */
export function loadSettings(choice: ConfigChoice): {
  readonly settings: Settings;
  readonly loaded: LoadedConfig;
  readonly file: string | null;
} {
  const environment = choice.environment ?? processEnvironment();
  const { file } = configFile(choice);
  const loaded = loadConfig({
    sections: SECTIONS,
    file,
    environment,
    ...(choice.flags ? { flags: choice.flags } : {}),
  });
  return { settings: typedSettings(loaded.settings), loaded, file };
}

/** Validated settings in their types. */
export function typedSettings(settings: SettingsBySection): Settings {
  const of = (section: Section): unknown => settings[section.name];
  return {
    http: of(httpSection) as Settings['http'],
    dexscreener: of(dexSection) as DexSettings,
    pumpportal: of(pumpPortalSection) as PumpPortalSettings,
    tokens: of(tokensSection) as TokenSettings,
    export: of(exportSection) as ExportSettings,
    features: of(featuresSection) as FeatureSettings,
    jobs: of(jobsSection) as JobSettings,
    signals: of(signalsSection) as SignalSettings,
    rules: of(rulesSection) as RuleSettings,
    recovery: of(recoverySection) as RecoveryConfig,
    backup: of(backupSection) as BackupSettings,
    retention: of(retentionSection) as RetentionSettings,
    watchdog: of(watchdogSection) as WatchdogSettings,
    log: of(logSection) as LogSettings,
  };
}
