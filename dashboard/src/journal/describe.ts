import type { HealthStatus, JournalEntry } from '../../../src/contract/index.ts';
import { duration, inSentence, words } from '../format.ts';

/** The state that an entry speaks of; null for what is neither good nor bad. */
export function stateOf(entry: JournalEntry): HealthStatus | null {
  switch (entry.type) {
    case 'condition.started':
      return entry.data.level === 'critical' ? 'critical' : 'degraded';
    case 'condition.changed':
      return entry.data.to === 'critical' ? 'critical' : 'degraded';
    case 'condition.ended':
    case 'source.regained':
    case 'feed.gap_closed':
    case 'job.unparked':
      return 'healthy';
    case 'source.lost':
    case 'jobs.escalated':
      return 'critical';
    case 'store.recovered':
    case 'feed.lost':
    case 'job.parked':
    case 'job.cut_off':
    case 'dependency.throttled':
    case 'loop.blocked':
      return 'degraded';
    case 'dependency.state':
      return { closed: 'healthy', half_open: 'degraded', open: 'critical', isolated: 'critical' }[
        entry.data.to
      ] as HealthStatus;
    case 'feature.changed':
      return entry.data.to === 'on' ? 'healthy' : 'degraded';
    case 'action.verified':
      return { worked: 'healthy', 'did-not-work': 'degraded', 'made-it-worse': 'critical' }[
        entry.data.outcome
      ] as HealthStatus;
    case 'security':
      return entry.data.event === 'bad-token' || entry.data.event === 'lock-out' ? 'degraded' : null;
    default:
      return null;
  }
}

/** What kind of thing happened, in a few words. */
export function kindOf(entry: JournalEntry): string {
  switch (entry.type) {
    case 'token.moved':
      return `${words(entry.data.from)} to ${entry.data.to}`;
    case 'token.discovered':
      return `Discovered by ${inSentence(entry.data.feed)}`;
    case 'token.checked':
      return entry.data.check.passed ? 'Check passed' : 'Check not passed';
    case 'condition.started':
      return { critical: 'Critical condition', error: 'Error', warning: 'Warning' }[entry.data.level];
    case 'condition.changed':
      return { critical: 'Now critical', error: 'Now an error', warning: 'Now a warning' }[entry.data.to];
    case 'condition.ended':
      return `Over after ${duration(entry.data.durationMs)}`;
    case 'source.lost':
      return 'Source lost';
    case 'source.regained':
      return `Source back after ${duration(entry.data.afterMs)}`;
    case 'dependency.state':
      return { closed: 'Called again', half_open: 'Tried again', open: 'Left alone', isolated: 'Isolated' }[
        entry.data.to
      ];
    case 'dependency.throttled':
      return 'Fewer calls';
    case 'feature.changed':
      return { on: 'On again', stale: 'On data from before', off: 'Off' }[entry.data.to];
    case 'job.run':
      return 'Run by hand';
    case 'feed.lost':
      return 'Feed lost';
    case 'feed.gap_closed':
      return `Gap of ${duration(entry.data.lengthMs)} looked into`;
    case 'loop.blocked':
      return `Blocked for ${duration(entry.data.blockedMs)}`;
    case 'action.taken':
      return 'Action';
    case 'action.verified':
      return { worked: 'Worked', 'did-not-work': 'Did not work', 'made-it-worse': 'Made it worse' }[
        entry.data.outcome
      ];
    case 'security':
      return words(entry.data.event);
    default:
      return words(entry.type);
  }
}
