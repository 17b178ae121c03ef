import { Button } from '@mantine/core';
import { useDeferredValue, useEffect, useState } from 'react';
import { PlusIcon } from '../common/icons.tsx';
import { EmptyNotice, ErrorNotice } from '../common/notice.tsx';
import { Section } from '../common/section.tsx';
import { usePhone } from '../common/use-phone.ts';
import { count, plural } from '../format.ts';
import { startFilter } from './filter.ts';
import { ImportBox } from './import-box.tsx';
import { TableSkeleton } from '../common/table-skeleton.tsx';
import { TokenCards } from './token-cards.tsx';
import { TokenTable } from './token-table.tsx';
import { Toolbar } from './toolbar.tsx';
import { useTable } from './use-table.ts';
import styles from './section.module.css';

/** Every token: searched, filtered, sorted, and added to. */
export function TokensSection({ total: all }: { readonly total: number }) {
  const phone = usePhone();
  const [filter, setFilter] = useState(startFilter);
  const [held, setHeld] = useState(false);
  const [importing, setImporting] = useState(false);
  const asked = useDeferredValue(filter);
  const table = useTable(asked, held && !phone);
  const none = table.isSuccess && table.total === 0 && table.rows.length === 0;
  const noneAtAll = none && all === 0 && filter === startFilter;

  // What became of the first import is still to be read when there are tokens.
  useEffect(() => {
    if (noneAtAll) setImporting(true);
  }, [noneAtAll]);

  return (
    <Section
      title="Tokens"
      note={table.isSuccess ? count(all) : undefined}
      fold
      startOpen={all === 0}
      id="tokens"
      controls={
        <>
          {!noneAtAll && <Toolbar filter={filter} onChange={setFilter} />}
          {!noneAtAll && (
            <Button
              variant="default"
              className={styles.add}
              leftSection={<PlusIcon />}
              aria-expanded={importing}
              onClick={() => setImporting(!importing)}
            >
              Add tokens
            </Button>
          )}
        </>
      }
    >
      {noneAtAll && (
        <EmptyNotice title="No tokens yet">
          Discovery listens for new tokens and adds them by itself; the first usually comes within minutes. Or
          add a list of mints here.
        </EmptyNotice>
      )}
      {(importing || noneAtAll) && <ImportBox onClose={noneAtAll ? undefined : () => setImporting(false)} />}
      {table.isPending && <TableSkeleton />}
      {table.isError && table.rows.length === 0 && (
        <ErrorNotice
          what="the tokens"
          error={table.error}
          retrying={table.isFetching}
          onRetry={() => void table.refetch()}
        />
      )}
      {none && !noneAtAll && (
        <EmptyNotice
          title="No token matches"
          action={
            <Button variant="default" className={styles.add} onClick={() => setFilter(startFilter)}>
              Show all tokens
            </Button>
          }
        >
          Symbol, name and mint are searched, in any case.
        </EmptyNotice>
      )}
      {table.rows.length > 0 && (
        <div
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
          data-testid="token-rows"
        >
          {phone ? (
            <TokenCards rows={table.rows} />
          ) : (
            <TokenTable
              rows={table.rows}
              sort={filter.sort}
              busy={table.isPlaceholderData}
              onSort={(sort) => setFilter({ ...filter, sort })}
            />
          )}
        </div>
      )}
      {table.rows.length > 0 && (
        <div className={styles.foot}>
          <span role="status">
            {count(table.rows.length)} of {plural(table.total, 'token')}
          </span>
          {table.hasNextPage && (
            <Button
              variant="default"
              className={styles.add}
              loading={table.isFetchingNextPage}
              onClick={() => void table.fetchNextPage()}
            >
              {table.isFetchNextPageError ? 'Could not load more. Try again' : 'Load more'}
            </Button>
          )}
        </div>
      )}
    </Section>
  );
}
