import { useState } from 'react';
import type { ComponentHealth, IncidentSummary } from '../../../src/contract/index.ts';
import { useIncidents } from '../api/health-queries.ts';
import { ChevronIcon } from '../common/icons.tsx';
import { Loaded } from '../common/loaded.tsx';
import { EmptyNotice } from '../common/notice.tsx';
import { Prose } from '../common/prose.tsx';
import { Section } from '../common/section.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { usePhone } from '../common/use-phone.ts';
import { duration, plural, strangerText, words } from '../format.ts';
import { setSearch, useSearch } from '../routing/router.ts';
import { Lasting } from '../time/lasting.tsx';
import { Moment } from '../time/moment.tsx';
import { Incident } from './incident.tsx';
import { incidentStanding } from './words.ts';
import styles from './incidents.module.css';

/** So many at first. */
const FIRST = { phone: 4, wide: 8 };

interface Props {
  readonly components: readonly ComponentHealth[];
}

/** What went wrong in the last seven days, each with its story. */
export function Incidents({ components }: Props) {
  const query = useIncidents();
  const wanted = useSearch().get('incident');
  const [all, setAll] = useState(false);
  const titles = new Map(components.map(({ name, title }) => [name, title]));
  const items = query.data?.items ?? [];
  const open = items.filter(({ state }) => state !== 'closed').length;
  // One that the address asks for is shown, however old it is.
  const at = items.findIndex(({ id }) => id === wanted);
  const first = usePhone() ? FIRST.phone : FIRST.wide;
  const shown = all || at >= first ? items : items.slice(0, first);
  return (
    <Section
      title="Incidents"
      id="incidents"
      note={query.data && items.length > 0 ? noteOf(items.length, open) : undefined}
    >
      <Loaded what="the incidents" query={query} lines={4} height={160}>
        {() =>
          items.length === 0 ? (
            <EmptyNotice title="No incidents in the last seven days">
              When something goes wrong, all that came of it is put together here: what began it, what
              followed from it, what was tried, and how it ended.
            </EmptyNotice>
          ) : (
            <>
              {wanted !== null && at < 0 && (
                <p className={styles.gone} role="status">
                  There is no incident {strangerText(wanted)} of the last seven days.
                </p>
              )}
              <ul>
                {shown.map((incident) => (
                  <Line
                    key={incident.id}
                    incident={incident}
                    where={titles.get(incident.component) ?? words(incident.component)}
                    startOpen={incident.id === wanted}
                  />
                ))}
              </ul>
              {shown.length < items.length && (
                <button type="button" className={styles.more} onClick={() => setAll(true)}>
                  Show all {items.length}
                </button>
              )}
            </>
          )
        }
      </Loaded>
    </Section>
  );
}

const noteOf = (all: number, open: number): string =>
  `${plural(all, 'incident')} in seven days${open > 0 ? `, ${open} not closed` : ', all closed'}`;

interface LineProps {
  readonly incident: IncidentSummary;
  readonly where: string;
  readonly startOpen: boolean;
}

function Line({ incident, where, startOpen }: LineProps) {
  const { id, title, level, openedAt, endedAt, outcome, isManual } = incident;
  const [open, setOpen] = useState(startOpen);
  const standing = incidentStanding(incident);
  return (
    <li data-incident={id} data-state={incident.state}>
      <details
        open={open}
        onToggle={(event) => {
          const isOpen = event.currentTarget.open;
          if (isOpen === open) return;
          setOpen(isOpen);
          setSearch({ incident: isOpen ? id : null });
        }}
      >
        <summary className={styles.line}>
          <span className={styles.mark}>
            <StateMark state={standing.state} size={12} silent />
          </span>
          <h3 className={styles.title}>
            <Prose text={title} />
          </h3>
          <span className={styles.facts}>
            <span className={styles.state}>{standing.words}</span>
            <span className={styles.where}>{strangerText(where)}</span>
            <span className={styles.level}>{level}</span>
            <span className={styles.when}>
              <Moment at={openedAt} />
            </span>
            <span className={styles.lasted}>
              {endedAt === null ? <Lasting since={openedAt} /> : duration(endedAt - openedAt)}
            </span>
          </span>
          <span className={styles.outcome}>
            {isManual && endedAt === null ? <strong>A person was called.</strong> : <Prose text={outcome} />}
          </span>
          <span className={styles.chevron}>
            <ChevronIcon />
          </span>
        </summary>
        {open && <Incident id={id} />}
      </details>
    </li>
  );
}
