import type { Overview } from '../../../src/contract/index.ts';
import { Section } from '../common/section.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { useStaleSince } from '../live/connection.ts';
import { RelativeTime } from '../time/relative-time.tsx';
import styles from './sources.module.css';

const kinds = { live: 'Live market', sim: 'Simulated market', recorded: 'Recorded answers' } as const;

export function MarketSource({ market }: { readonly market: Overview['market'] }) {
  const stale = useStaleSince() !== undefined;
  const { reachable } = market;
  const state = stale || reachable === null ? 'unknown' : reachable ? 'healthy' : 'critical';
  const said = reachable === null ? 'Not asked yet' : reachable ? 'Reachable' : 'Not reachable';
  return (
    <Section
      title="Data source"
      fold
      note={
        <span className={styles.reach}>
          <StateMark state={state} silent /> {stale ? 'Unknown' : said}
        </span>
      }
    >
      <dl className={styles.facts}>
        <div>
          <dt>{kinds[market.kind]}</dt>
          <dd className={styles.origin}>{market.origin}</dd>
        </div>
        <div>
          <dt>Last answer</dt>
          <dd>
            <RelativeTime at={market.lastAnswerAt} none="none yet" />
          </dd>
        </div>
        <div>
          <dt>Last error</dt>
          <dd>
            <RelativeTime at={market.lastErrorAt} none="none" />
          </dd>
        </div>
        {market.nextTryAt !== null && (
          <div>
            <dt>Next try</dt>
            <dd>
              <RelativeTime at={market.nextTryAt} ahead />
            </dd>
          </div>
        )}
      </dl>
      {market.lastError && <p className={styles.error}>{market.lastError}</p>}
    </Section>
  );
}
