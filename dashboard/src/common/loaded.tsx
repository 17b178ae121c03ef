import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Kept } from './kept.tsx';
import { ErrorNotice } from './notice.tsx';
import { SkeletonPanel } from './skeleton-panel.tsx';

interface Props<Data> {
  /** What is shown: "the rules". */
  readonly what: string;
  readonly query: UseQueryResult<Data>;
  /** While the first answer is under way: lines, and the height in px that it is about to have. */
  readonly lines: number;
  readonly height: number;
  readonly children: (data: Data) => ReactNode;
}

/** What a query gives, in its states: under way, failed, old, and there. */
export function Loaded<Data>({ what, query, lines, height, children }: Props<Data>) {
  const { data, error, isFetching, refetch } = query;
  if (data !== undefined)
    return (
      <Kept what={what} query={query}>
        {children(data)}
      </Kept>
    );
  if (error)
    return <ErrorNotice what={what} error={error} retrying={isFetching} onRetry={() => void refetch()} />;
  return (
    <div aria-hidden data-testid={`loading ${what}`}>
      <SkeletonPanel height={height} lines={lines} />
    </div>
  );
}
