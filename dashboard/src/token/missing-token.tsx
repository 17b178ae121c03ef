import { RequestError } from '../api/http.ts';
import { EmptyNotice, ErrorNotice } from '../common/notice.tsx';
import { strangerText } from '../format.ts';
import { Link } from '../routing/link.tsx';
import { UnknownToken } from './unknown-token.tsx';

interface Props {
  readonly mint: string;
  readonly error: Error;
  readonly retrying: boolean;
  readonly onRetry: () => void;
  readonly onAdded: () => void;
}

/** Why there is nothing to show: not a mint, not known, or a failure. */
export function MissingToken({ mint, error, retrying, onRetry, onAdded }: Props) {
  const status = error instanceof RequestError ? error.status : undefined;
  if (status === 404) return <UnknownToken mint={mint} onAdded={onAdded} />;
  if (status !== 400)
    return <ErrorNotice what="this token" error={error} retrying={retrying} onRetry={onRetry} />;
  return (
    <EmptyNotice heading="h1" title="This is not a mint" action={<Link href="/">Go to the overview</Link>}>
      <bdi>{strangerText(mint, 120)}</bdi> is not the address of a Solana token: those are 32 bytes in base58.
    </EmptyNotice>
  );
}
