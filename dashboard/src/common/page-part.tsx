import { Component, type ReactNode } from 'react';
import { RequestError } from '../api/http.ts';
import { ErrorNotice } from './notice.tsx';
import { Panel } from './panel.tsx';

/** For `lazy`: says in words that a part of the page did not come. */
export async function partOfPage<Part>(load: Promise<Part>): Promise<Part> {
  try {
    return await load;
  } catch {
    throw new RequestError(
      'A part of the page did not come.',
      0,
      'Trying again loads the page anew; the service may have been updated meanwhile.',
      'PART_MISSING',
      undefined,
    );
  }
}

/** Holds a part of the page that is loaded when it is needed; what fails in it leaves the rest standing. */
export class PagePart extends Component<
  { readonly what: string; readonly children: ReactNode },
  { readonly error: Error | undefined }
> {
  override state: { readonly error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: Error): { readonly error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <Panel>
        {/* A browser may remember that the file did not come, so only a new page helps. */}
        <ErrorNotice what={this.props.what} error={error} retrying onRetry={() => window.location.reload()} />
      </Panel>
    );
  }
}
