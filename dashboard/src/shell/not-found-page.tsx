import { useEffect } from 'react';
import { strangerText } from '../format.ts';
import { Link } from '../routing/link.tsx';
import { Panel } from '../common/panel.tsx';
import { EmptyNotice } from '../common/notice.tsx';

export function NotFoundPage({ path }: { readonly path: string }) {
  useEffect(() => {
    document.title = 'Not found · Moonwarden';
  }, []);
  return (
    <Panel>
      <EmptyNotice
        heading="h1"
        title="There is no such page"
        action={<Link href="/">Go to the overview</Link>}
      >
        Nothing is at <bdi>{strangerText(path, 80)}</bdi>. Pages here are the overview, the health at
        /stability, the flow at /flow, the jobs at /jobs, the resources at /resources, the configuration at
        /configuration, and one page for each token, at /tokens/ and its mint.
      </EmptyNotice>
    </Panel>
  );
}
