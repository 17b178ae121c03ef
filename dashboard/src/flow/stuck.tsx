import { Button } from '@mantine/core';
import { useState } from 'react';
import { useStuck } from '../api/flow-queries.ts';
import { EmptyNotice, ErrorNotice } from '../common/notice.tsx';
import { Section } from '../common/section.tsx';
import { useSteadyRows } from '../common/steady-rows.ts';
import { TableSkeleton } from '../common/table-skeleton.tsx';
import { usePhone } from '../common/use-phone.ts';
import { count, plural } from '../format.ts';
import { StuckCards } from './stuck-cards.tsx';
import { StuckTable } from './stuck-table.tsx';
import styles from './list.module.css';

/** Rows at first, and as many more at each wish; the service gives at most 500. */
const STEP = { phone: 6, wide: 20 };
const MOST = 500;

/** The tokens that wait for longer than three minutes: faults of ours first. */
export function Stuck() {
  const phone = usePhone();
  const step = phone ? STEP.phone : STEP.wide;
  const [more, setMore] = useState(0);
  const limit = Math.min(MOST, step + more);
  const [held, setHeld] = useState(false);
  const { data, error, isFetching, isPlaceholderData, refetch } = useStuck(limit);
  const rows = useSteadyRows(data?.items ?? [], held && !phone, String(limit));
  const total = data ? data.ours + data.notEligible : 0;
  const note =
    data && total > 0 ? `${count(data.ours)} by our fault, ${count(data.notEligible)} not eligible` : '';
  return (
    <Section title="Stuck tokens" note={note} id="stuck">
      {!data && !error && <TableSkeleton />}
      {!data && error && (
        <ErrorNotice
          what="the stuck tokens"
          error={error}
          retrying={isFetching}
          onRetry={() => void refetch()}
        />
      )}
      {data && rows.length === 0 && (
        <EmptyNotice title="No token waits for longer than three minutes.">
          A token in monitoring that waits longer is listed here, with the step that fails and whose fault it
          is.
        </EmptyNotice>
      )}
      {rows.length > 0 && (
        <>
          <div onPointerEnter={() => setHeld(true)} onPointerLeave={() => setHeld(false)}>
            {phone ? <StuckCards rows={rows} /> : <StuckTable rows={rows} />}
          </div>
          <div className={styles.foot}>
            <span role="status">
              {count(rows.length)} of {plural(total, 'token')}
            </span>
            {limit < MOST && total > rows.length && (
              <Button
                variant="default"
                className={styles.button}
                loading={isPlaceholderData}
                onClick={() => setMore(more + 2 * step)}
              >
                Show more
              </Button>
            )}
          </div>
        </>
      )}
    </Section>
  );
}
