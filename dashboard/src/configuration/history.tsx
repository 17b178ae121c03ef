import { Button } from '@mantine/core';
import { useState } from 'react';
import { useConfigHistory } from '../api/config-queries.ts';
import { Loaded } from '../common/loaded.tsx';
import { EmptyNotice } from '../common/notice.tsx';
import { Prose } from '../common/prose.tsx';
import { Section } from '../common/section.tsx';
import { Moment } from '../time/moment.tsx';
import { Change } from './change.tsx';
import { broughtBy, entriesOf } from './settings.ts';
import styles from './history.module.css';

const STEP = 10;
/** The service gives at most so many. */
const MOST = 500;

/** Every change, newest first: who, why, and what was before. */
export function History() {
  const [limit, setLimit] = useState(STEP);
  const query = useConfigHistory(limit, true);
  return (
    <Section title="Changes" note="newest first">
      <Loaded what="the changes" query={query} lines={4} height={160}>
        {(page) => (
          <>
            {page.items.length === 0 && (
              <EmptyNotice title="No changes yet">
                Each change of the configuration is listed here with who asked for it and why, and what was
                before.
              </EmptyNotice>
            )}
            <ol aria-label="Changes">
              {entriesOf(page).map(({ seq, at, data }) => (
                <li key={seq} className={styles.entry} data-entry={seq}>
                  <p className={styles.when}>
                    <Moment at={at} /> <span>{broughtBy(data)}</span>
                  </p>
                  <div className={styles.what}>
                    {data.why !== null && (
                      <p className={styles.why}>
                        <Prose text={data.why} />
                      </p>
                    )}
                    <ul>
                      {data.changes.map((change) => (
                        <li key={change.path}>
                          <Change change={change} />
                        </li>
                      ))}
                    </ul>
                  </div>
                </li>
              ))}
            </ol>
            {page.nextBefore !== null && limit < MOST && (
              <div className={styles.foot}>
                <Button
                  variant="subtle"
                  className={styles.button}
                  loading={query.isPlaceholderData}
                  onClick={() => setLimit(Math.min(MOST, limit + 2 * STEP))}
                >
                  Show older
                </Button>
              </div>
            )}
          </>
        )}
      </Loaded>
    </Section>
  );
}
