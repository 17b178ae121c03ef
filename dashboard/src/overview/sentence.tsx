import type { Overview } from '../../../src/contract/index.ts';
import { Prose } from '../common/prose.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { splitSentence } from '../format.ts';
import { useStaleSince } from '../live/connection.ts';
import { Lasting } from '../time/lasting.tsx';
import { Moment } from '../time/moment.tsx';
import { gravest } from './gravest.ts';
import styles from './sentence.module.css';

/** Is it all right? If not: what, since when, and what is there to do. */
export function Sentence({ overview }: { readonly overview: Overview }) {
  const stale = useStaleSince() !== undefined;
  const state = stale ? 'unknown' : overview.status;
  const [verdict, rest] = splitSentence(overview.sentence);
  const worst = gravest(overview.conditions);
  const step = worst?.nextSteps[0];
  return (
    <section className={styles.block} data-state={state} aria-label="State">
      <span className={styles.mark}>
        <StateMark state={state} size={20} />
      </span>
      <div className={styles.words}>
        <h1 className={styles.sentence} tabIndex={-1} data-page-heading>
          <span aria-live="polite" data-testid="sentence">
            <span className={styles.verdict}>{verdict}</span> {rest}
          </span>
        </h1>
        {step && (
          <p className={styles.todo}>
            <strong>What to do:</strong> <Prose text={step} />{' '}
            <a href="#conditions">
              {overview.conditions.length === 1 ? 'Details' : `All ${overview.conditions.length} conditions`}
            </a>
          </p>
        )}
        <p className={styles.meta}>
          <span>
            Since <Moment at={overview.since} /> (<Lasting since={overview.since} />)
          </span>
          <span>{marketName(overview.market)}</span>
          <span>
            Up <Lasting since={overview.at - overview.uptimeMs} />
          </span>
          <span>Version {overview.version}</span>
        </p>
      </div>
    </section>
  );
}

function marketName({ kind, origin }: Overview['market']): string {
  const names = { live: 'Live market', sim: 'Simulated market', recorded: 'Recorded market' };
  return kind === 'live' ? `${names.live}, ${origin}` : names[kind];
}
