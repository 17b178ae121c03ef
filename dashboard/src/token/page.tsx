import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { keys } from '../api/keys.ts';
import { useToken } from '../api/queries.ts';
import { shortMint, strangerText } from '../format.ts';
import { Panel } from '../common/panel.tsx';
import { useStaleSince } from '../live/connection.ts';
import { BackIcon } from '../common/icons.tsx';
import { Link } from '../routing/link.tsx';
import { ActivationCheck } from './activation-check.tsx';
import { Doubts } from './doubts.tsx';
import { Head } from './head.tsx';
import { History } from './history.tsx';
import { Metrics } from './metrics.tsx';
import { Pools } from './pools.tsx';
import { Score } from './score.tsx';
import { Story, StoryVerification } from './story.tsx';
import { TokenSkeleton } from './skeleton.tsx';
import { MissingToken } from './missing-token.tsx';
import styles from './page.module.css';

export function TokenPage({ mint }: { readonly mint: string }) {
  const { data: token, error, isFetching, refetch } = useToken(mint);
  const stale = useStaleSince() !== undefined;
  const client = useQueryClient();
  const symbol = strangerText(token?.symbol ?? null, 24) || shortMint(mint);
  useEffect(() => {
    document.title = `${symbol} · Moonwarden`;
  }, [symbol]);

  if (!token) {
    if (!error) return <TokenSkeleton />;
    return (
      <div className={styles.page}>
        <Back />
        <Panel>
          <MissingToken
            mint={mint}
            error={error}
            retrying={isFetching}
            onRetry={() => void refetch()}
            onAdded={() => void client.resetQueries({ queryKey: keys.token(mint) })}
          />
        </Panel>
      </div>
    );
  }
  return (
    <div className={styles.page} data-stale={stale}>
      <Back />
      <Head token={token} />
      <Doubts token={token} />
      <Story mint={mint} />
      <div className={styles.pair}>
        <Score token={token} />
        <History mint={mint} />
      </div>
      <div className={styles.pairWideFirst}>
        <ActivationCheck token={token} />
        <Metrics token={token} />
      </div>
      <Pools pools={token.check?.pools ?? []} />
      <StoryVerification mint={mint} />
    </div>
  );
}

function Back() {
  return (
    <Link href="/" className={styles.back}>
      <BackIcon /> Overview
    </Link>
  );
}
