import type { ComponentProps, MouseEvent } from 'react';
import { navigate } from './router.ts';

/** An ordinary link that stays in the page; a new tab or window still works as the browser does it. */
export function Link({ href, ...rest }: ComponentProps<'a'> & { readonly href: string }) {
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(href);
  };
  return <a href={href} onClick={follow} {...rest} />;
}
