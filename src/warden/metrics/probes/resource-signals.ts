/** `ratio` is 0..1 (more where the meaning says so). */
export type ResourceUnit = 'ratio' | 'bytes' | 'bytes/s' | 's' | 'count' | '1/s';

/** One row of the table of signals. */
export interface ResourceSignal {
  readonly name: string;
  readonly unit: ResourceUnit;
  readonly meaning: string;
}

const signal = (name: string, unit: ResourceUnit, meaning: string): ResourceSignal => ({
  name,
  unit,
  meaning,
});

/** Read from Node, often. */
export const PROCESS_SIGNALS = [
  signal(
    'process_cpu',
    'ratio',
    'CPU time of this process in the last interval, of one core; 2 means two cores',
  ),
  signal('process_rss_bytes', 'bytes', 'memory of this process that is in RAM (resident set size)'),
  signal('heap_used_bytes', 'bytes', 'JavaScript heap in use, garbage that was not collected yet included'),
  signal('heap_total_bytes', 'bytes', 'JavaScript heap that was taken from the system'),
  signal('heap_limit_bytes', 'bytes', 'size at which V8 gives up with "heap out of memory"'),
  signal('external_bytes', 'bytes', 'memory of buffers and other objects outside of the heap'),
  signal('heap_live_bytes', 'bytes', 'heap in use right after the last major garbage collection'),
  signal(
    'gc_pause_minor_s',
    's',
    'pauses for minor garbage collections (scavenges), together, in the last interval',
  ),
  signal(
    'gc_pause_major_s',
    's',
    'pauses for major garbage collections (mark-sweep-compact), together, in the last interval',
  ),
  signal(
    'gc_pause_incremental_s',
    's',
    'pauses for steps of incremental marking, together, in the last interval',
  ),
  signal('gc_pause_weak_s', 's', 'pauses for weak callbacks, together, in the last interval'),
  signal('gc_pause_max_s', 's', 'the longest pause for garbage collection in the last interval'),
  signal('gc_time', 'ratio', 'share of the last interval that went to pauses for garbage collection'),
  signal('event_loop_delay_p50_s', 's', 'how late timers fired in the last interval: median'),
  signal('event_loop_delay_p99_s', 's', 'how late timers fired in the last interval: 99th percentile'),
  signal('event_loop_delay_max_s', 's', 'how late timers fired in the last interval: the worst'),
  signal(
    'event_loop_utilization',
    'ratio',
    'share of the last interval in which the event loop did not wait for work',
  ),
] as const;

/** Read from Node and `/proc/self`, seldom. */
export const PROCESS_DEAR_SIGNALS = [
  signal('process_open_fds', 'count', 'open file descriptors of this process'),
  signal('process_max_fds', 'count', 'open file descriptors that it may have (soft limit)'),
  signal('process_active_resources', 'count', 'timers, sockets and requests that keep the event loop alive'),
] as const;

/** Read from `/proc` and the control group, often. */
export const HOST_SIGNALS = [
  signal('host_cpu', 'ratio', 'share of all CPU time of the machine that was not idle in the last interval'),
  signal(
    'cpu_limit',
    'count',
    'CPUs that this process may use: its affinity, and the quota of its container',
  ),
  signal('host_load_1m', 'count', 'load average of the machine, 1 minute'),
  signal('host_load_5m', 'count', 'load average of the machine, 5 minutes'),
  signal('host_load_15m', 'count', 'load average of the machine, 15 minutes'),
  signal(
    'host_memory_limit_bytes',
    'bytes',
    'memory that there is: of the container where it has a limit, else of the machine',
  ),
  signal('host_memory_used_bytes', 'bytes', 'of that, in use: without file cache that can be dropped'),
  signal(
    'network_receive_bytes_per_s',
    'bytes/s',
    'received in the last interval, over all interfaces but loopback',
  ),
  signal(
    'network_transmit_bytes_per_s',
    'bytes/s',
    'sent in the last interval, over all interfaces but loopback',
  ),
  signal('network_errors_per_s', '1/s', 'packets with errors, received and sent'),
  signal('network_drops_per_s', '1/s', 'packets dropped, received and sent'),
] as const;

/** Read of the file system that holds the data, seldom. */
export const DISK_SIGNALS = [
  signal(
    'disk_total_bytes',
    'bytes',
    'size of the file system that holds the data, without what is reserved for root',
  ),
  signal('disk_free_bytes', 'bytes', 'free on it for this user'),
  signal('disk_used', 'ratio', 'share of it that is in use, as df tells'),
  signal('disk_inodes_used', 'ratio', 'share of its inodes that is in use'),
  signal('disk_read_bytes_per_s', 'bytes/s', 'read from its device in the last interval'),
  signal('disk_write_bytes_per_s', 'bytes/s', 'written to its device in the last interval'),
  signal('disk_busy', 'ratio', 'share of the last interval in which its device worked'),
] as const;

/** Follow from the others. */
const DERIVED_SIGNALS = [
  signal('process_cpu_used', 'ratio', 'CPU time of this process, of the CPUs that it may use'),
  signal('process_memory_used', 'ratio', 'memory of this process in RAM, of what it may use'),
  signal('heap_used', 'ratio', 'JavaScript heap in use, of its limit'),
  signal('process_fds_used', 'ratio', 'open file descriptors, of those that it may have'),
  signal('host_memory_used', 'ratio', 'memory in use, of what there is'),
] as const;

/** Follow from how the others went. */
export const CAPACITY_SIGNALS = [
  signal('disk_full_in_s', 's', 'time until the disk is full, if it goes on as in the last hour at the most'),
  signal('memory_full_in_s', 's', 'time until memory is full, if it goes on as in the last hour at the most'),
] as const;

/** All signals of process and machine, in the order in which people read them. */
export const RESOURCE_SIGNALS: readonly ResourceSignal[] = [
  ...PROCESS_SIGNALS,
  ...PROCESS_DEAR_SIGNALS,
  ...HOST_SIGNALS,
  ...DISK_SIGNALS,
  ...DERIVED_SIGNALS,
  ...CAPACITY_SIGNALS,
];

export const namesOf = (signals: readonly ResourceSignal[]): readonly string[] =>
  signals.map(({ name }) => name);
