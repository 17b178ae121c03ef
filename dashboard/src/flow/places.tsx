import type { ReactNode } from 'react';
import type { FlowReport, Spread } from '../../../src/contract/index.ts';
import { Changed } from '../common/changed.tsx';
import { BackIcon, ChevronIcon } from '../common/icons.tsx';
import { Section } from '../common/section.tsx';
import { count, duration, plural, rate } from '../format.ts';
import { ratesOf, type Rate } from './rates.ts';
import styles from './places.module.css';

/** Where tokens are now, and how many an hour go from one place to the next and back. */
export function Places({ report }: { readonly report: FlowReport }) {
  const { now, dwell } = report;
  const rates = ratesOf(report);
  const waiting = now.stuckOurs + now.stuckNotEligible;
  return (
    <Section title="Tokens now, and how they move" note={`rates over ${span(rates.hours || report.hours)}`}>
      <ol className={styles.places}>
        <Place name="Discovered" tokens={now.unread}>
          not read yet
        </Place>
        <Moves>
          <Moved what="discovered" rate={rates.discovered} />
        </Moves>
        <Place name="Monitoring" tokens={now.monitoring}>
          <Stay spread={dwell.monitoring} />
          {waiting > 0 && <span className={styles.line}>{count(waiting)} over 3 min</span>}
        </Place>
        <Moves>
          <Moved what="activated" rate={rates.activated} />
          <Moved what="demoted" rate={rates.demoted} back />
        </Moves>
        <Place name="Active" tokens={now.active}>
          <Stay spread={dwell.active} />
        </Place>
        <Moves>
          <Moved what="archived" rate={rates.archived} />
          <Moved what="returned" rate={rates.returned} back />
        </Moves>
        <Place name="Archived" tokens={now.archived}>
          <Stay spread={dwell.archived} />
        </Place>
      </ol>
    </Section>
  );
}

const span = (hours: number): string => (hours <= 48 ? `${hours} h` : `${Math.round(hours / 24)} d`);

interface PlaceProps {
  readonly name: string;
  readonly tokens: number;
  readonly children: ReactNode;
}

function Place({ name, tokens, children }: PlaceProps) {
  return (
    <li className={styles.place}>
      <h3 className={styles.name}>{name}</h3>
      <p className={styles.number} data-figure>
        <Changed text={count(tokens)} />
      </p>
      <div className={styles.notes}>{children}</div>
    </li>
  );
}

/** How long tokens stayed that have left. */
function Stay({ spread }: { readonly spread: Spread }) {
  if (spread.medianMs === null) return <span className={styles.line}>none has left yet</span>;
  return (
    <>
      <span className={styles.line} title={`of ${plural(spread.count, 'token')} that left`}>
        median stay {duration(spread.medianMs)}
      </span>
      {spread.p95Ms !== null && <span className={styles.line}>p95 {duration(spread.p95Ms)}</span>}
    </>
  );
}

function Moves({ children }: { readonly children: ReactNode }) {
  return <li className={styles.moves}>{children}</li>;
}

interface MovedProps {
  readonly what: string;
  readonly rate: Rate;
  readonly back?: boolean;
}

function Moved({ what, rate: { sum, perHour }, back = false }: MovedProps) {
  return (
    <p className={styles.moved} data-back={back} data-none={sum === 0} title={`${count(sum)} in all`}>
      <span className={styles.says}>
        {what}{' '}
        <strong>
          <Changed text={rate(perHour)} />
        </strong>{' '}
        an hour
      </span>
      <span className={styles.arrow}>{back ? <BackIcon /> : <ChevronIcon />}</span>
    </p>
  );
}
