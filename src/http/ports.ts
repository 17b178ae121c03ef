import type {
  BackupResult,
  ConfigBody,
  ConfigReport,
  ConfigResult,
  ExportQuery,
  FailedList,
  FlowQuery,
  FlowReport,
  DetailedHealth,
  HealthReport,
  HistoryRange,
  IncidentDetail,
  IncidentList,
  JobActionResult,
  JobDetail,
  JobList,
  JournalDraft,
  JournalEntry,
  JournalPage,
  JournalQuery,
  ListQuery,
  MarketsExport,
  Overview,
  Readiness,
  RecommendationList,
  RecoveryReport,
  RefreshResult,
  ReleaseResult,
  DatabaseReport,
  PerformanceReport,
  ResourceReport,
  SchedulerReport,
  Scope,
  ScoreHistory,
  SignalHistoryReport,
  RuleList,
  SignalList,
  SignalQuery,
  StuckList,
  TokenDetail,
  TokenImportResult,
  TokenPage,
  TokenQuery,
  TokenStory,
  TokenSummary,
  WorkReport,
} from '../contract/index.ts';

/** What a port may answer at once or later. */
export type MaybePromise<T> = T | Promise<T>;

/** What a subscriber of {@link ServiceView} is told. */
export interface ViewListener {
  /** Entries that have just been committed, in order of `seq`; they can be read by `journalAfter` from now on. */
  onJournal(entries: readonly JournalEntry[]): void;
  /** The overview after it changed. */
  onState(overview: Overview): void;
  /** The rows that changed. */
  onTokens(rows: readonly TokenSummary[]): void;
}

/** Who asks for something, by the name of the credential, and why. */
export interface AskedFor {
  readonly who: string;
  readonly why: string;
}

/**
 * The jobs of the service. Each way of steering throws MoonwardenError JOB_UNKNOWN when there is no such job or group,
 * JOB_STATE with the reason when it cannot be done now, STARTING when no job is started at all.
 */
export interface JobsPort {
  scheduler(): SchedulerReport;
  list(): JobList;
  /** With its last `limit` runs. @throws MoonwardenError JOB_UNKNOWN. */
  show(name: string, limit: number): Promise<JobDetail>;
  /** Starts a run beside the plan. */
  run(name: string, asked: { readonly who: string; readonly why: string | null }): JobActionResult;
  /** Answers once it is done, and after a while also if it is not. */
  restart(name: string, options: AskedFor & { readonly emergency: boolean }): Promise<JobActionResult>;
  /** Of a group, or of every job. */
  restartAll(
    options: AskedFor & { readonly emergency: boolean; readonly group?: string | undefined },
  ): Promise<JobActionResult>;
  park(name: string, asked: AskedFor): JobActionResult;
  unpark(name: string, asked: AskedFor): JobActionResult;
}

/** The service as the HTTP room sees it. Everything answers from memory unless it says that it may be a promise. */
export interface ServiceView {
  health(): HealthReport;
  incidents(limit: number): IncidentList;
  /** Undefined for one that is not known. */
  incident(id: string): IncidentDetail | undefined;
  /** What would make the service faster or let it carry more. */
  recommendations(): RecommendationList;
  /** How the work on tokens gets on. */
  work(): WorkReport;
  /** With the tree of components. */
  detailed(): DetailedHealth;
  overview(): Overview;
  ready(): Readiness;
  /** In Prometheus's text format. */
  metrics(): string;
  /** What is known now of this process and its machine. */
  resources(): ResourceReport;
  /** What took how long within the hour. */
  performance(): PerformanceReport;
  /** What is known of the database. */
  database(): DatabaseReport;
  /** Backs up the database; `by` names the caller. @throws MoonwardenError BACKUP_FAILED, NOT_FOUND without a file. */
  backup(by: string): Promise<BackupResult>;
  tokens(query: TokenQuery): MaybePromise<TokenPage>;
  token(mint: string): TokenDetail | undefined;
  /** Undefined when the mint is not known. */
  history(mint: string, range: HistoryRange): MaybePromise<ScoreHistory | undefined>;
  /** How tokens go from discovered to archived. */
  flow(query: FlowQuery): MaybePromise<FlowReport>;
  /** Tokens in monitoring for too long, by whose fault. */
  stuck(query: ListQuery): MaybePromise<StuckList>;
  /** Tokens whose last check failed. */
  failed(query: ListQuery): MaybePromise<FailedList>;
  /** Undefined when the mint is not known. */
  story(mint: string): MaybePromise<TokenStory | undefined>;
  /**
   * Reads a token at once, and tells what that brought. Undefined when the mint is not known.
   * @throws MoonwardenError SOURCE_UNAVAILABLE when nothing is known of it.
   */
  refresh(mint: string): Promise<RefreshResult | undefined>;
  /** The best tokens with their pools. */
  markets(query: ExportQuery): MaybePromise<MarketsExport>;
  /** Lets the held moves go; `by` names the caller, for the journal. */
  releaseHeld(by: string, reason: string): Promise<ReleaseResult>;
  /** `by` names the caller, for the journal. */
  importTokens(inputs: readonly string[], by: string): Promise<TokenImportResult>;
  /** What is measured, and how much of it is stored. */
  signals(): MaybePromise<SignalList>;
  /** Undefined when there is no signal of the name. */
  signal(name: string, query: SignalQuery): MaybePromise<SignalHistoryReport | undefined>;
  /** How the service heals itself. */
  recovery(): RecoveryReport;
  /**
   * Begins an action by hand, within the limits of recovery; `by` names the caller.
   * @throws MoonwardenError RECOVERY_REFUSED with the reason.
   */
  recover(action: string, by: string): Promise<{ id: string }>;
  /** The rules by which the service judges itself, and how each of them stands. */
  rules(): MaybePromise<RuleList>;
  readonly jobs: JobsPort;
  journal(query: JournalQuery): MaybePromise<JournalPage>;
  /** At most `limit` entries with a `seq` above the given one, oldest first. */
  journalAfter(seq: number, limit: number): MaybePromise<readonly JournalEntry[]>;
  /** The highest `seq` that was committed; 0 when there is none. */
  lastSeq(): number;
  /** Returns the function that ends the subscription. */
  subscribe(listener: ViewListener): () => void;
}

/** The configuration of the service. */
export interface ConfigPort {
  report(): ConfigReport;
  /** `who` names the caller, for the journal. @throws MoonwardenError CONFIG_INVALID, FILE_UNWRITABLE. */
  change(body: ConfigBody, who: string): Promise<ConfigResult>;
}

/** An access token at rest. */
export interface AccessToken {
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  /** SHA-256 of the secret, in hex. The secret itself is stored nowhere. */
  readonly hash: string;
}

/** Where access tokens are kept. `list` is called for each request and answers from memory. */
export interface AccessTokens {
  list(): readonly AccessToken[];
  add(token: AccessToken): Promise<void>;
  /** False when there is no such token. */
  revoke(id: string): Promise<boolean>;
  /** Notes the last use; called at most once a minute for each token. */
  touch(id: string, at: number): MaybePromise<void>;
}

/** A journal draft about access. */
export type SecurityDraft = Extract<JournalDraft, { type: 'security' }>;
/** Takes what the security frame has to say; the application writes it to the journal. */
export type SecurityJournal = (entry: SecurityDraft) => void;
