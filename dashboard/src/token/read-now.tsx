import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { RefreshResult } from '../../../src/contract/index.ts';
import { keys } from '../api/keys.ts';
import { request, RequestError } from '../api/http.ts';
import { paths, withMint } from '../api/paths.ts';
import { strangerText } from '../format.ts';
import styles from './read-now.module.css';

/** Has the token read at once, and tells what that brought. */
export function ReadNow({ mint }: { readonly mint: string }) {
  const client = useQueryClient();
  const read = useMutation({
    mutationFn: () => request<RefreshResult>(withMint(paths.tokenRefresh, mint), { body: {} }),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.token(mint) }),
        client.invalidateQueries({ queryKey: keys.story(mint) }),
      ]),
  });
  const { data, error } = read;
  const isOld = data !== undefined && data.freshness === 'stale';
  return (
    <div className={styles.row}>
      <Button variant="default" size="xs" loading={read.isPending} onClick={() => read.mutate()}>
        Read it now
      </Button>
      <p className={styles.outcome} role={error || isOld ? 'alert' : 'status'}>
        {error
          ? `${error.message} ${error instanceof RequestError ? error.todo : ''}`
          : strangerText(data?.sentence ?? '', 400)}
      </p>
    </div>
  );
}
