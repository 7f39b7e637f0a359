import { type RefObject, useCallback, useEffect, useState } from 'react';

/** So many pixels from the end are near it. */
const NEAR_PX = 80;
/** The router scrolls when a page begins; that is not what its reader does. */
const BEGINNING_MS = 300;

const toGo = () => document.documentElement.scrollHeight - innerHeight - scrollY;
const toEnd = () => scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' });

/** Keeps the end of a growing page in view, until its reader scrolls up. @returns whether they have, and what leads back */
export function useFollowEnd(content: RefObject<HTMLElement | null>): [isAway: boolean, back: () => void] {
  const [isAway, setIsAway] = useState(false);
  useEffect(() => {
    const began = Date.now();
    let follows = true;
    let last = scrollY;
    const onScroll = () => {
      if (Date.now() - began > BEGINNING_MS) {
        // Any step up counts, because a scroll has many; but not that a page became shorter, which leaves it at its end.
        if (scrollY < last) follows &&= toGo() < 2;
        else if (toGo() < NEAR_PX) follows = true;
      }
      last = scrollY;
      setIsAway(!follows);
    };
    const observer = new ResizeObserver(() => follows && toEnd());
    if (content.current) observer.observe(content.current);
    addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      removeEventListener('scroll', onScroll);
    };
  }, [content]);
  const back = useCallback(toEnd, []);
  return [isAway, back];
}
