import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { TokenImportResult } from '../../../src/contract/index.ts';
import { request, RequestError } from '../api/http.ts';
import { paths } from '../api/paths.ts';
import { EmptyNotice } from '../common/notice.tsx';
import { strangerText } from '../format.ts';
import styles from './unknown-token.module.css';

interface Props {
  readonly mint: string;
  readonly onAdded: () => void;
}

/** A mint that the service does not know: add it from here. */
export function UnknownToken({ mint, onAdded }: Props) {
  const add = useMutation({
    mutationFn: () => request<TokenImportResult>(paths.tokens, { body: { mints: [mint] } }),
    onSuccess: (result) => {
      if (result.rejected.length === 0) onAdded();
    },
  });
  const refused = add.data?.rejected[0]?.reason;
  const failed =
    add.error && `${add.error.message} ${add.error instanceof RequestError ? add.error.todo : ''}`;
  return (
    <EmptyNotice
      heading="h1"
      title="This token is not known here"
      action={
        <>
          <Button className={styles.button} loading={add.isPending} onClick={() => add.mutate()}>
            Add it
          </Button>
          {(refused ?? failed) && (
            <p role="alert" className={styles.refused}>
              It was not added. {refused ?? failed}
            </p>
          )}
        </>
      }
    >
      <code className={styles.mint}>
        <bdi>{strangerText(mint, 120)}</bdi>
      </code>
      Neither discovery nor an import has brought it. Once it is added it is watched like any other: its pools
      are read, it is scored, and it becomes active when it passes the activation check.
    </EmptyNotice>
  );
}
