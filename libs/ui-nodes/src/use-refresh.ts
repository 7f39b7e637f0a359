import { useEffect, useRef } from 'react';
import { readRefresh, refreshesOn, type RefreshEvent } from './refresh.js';

/** Receives events until the returned function is called. */
export type Subscribe = (listener: (event: RefreshEvent) => void) => () => void;

/** Several events at once, such as those of a batch, are one refresh. */
const SETTLE_MS = 150;

/** Refreshes a panel by its rule. Nothing is refreshed while the page is hidden; what was missed follows when it is shown. */
export function useRefresh(rule: string | undefined, refresh: () => void, subscribe: Subscribe): void {
  const latest = useRef(refresh);
  useEffect(() => {
    latest.current = refresh;
  });
  useEffect(() => {
    const read = readRefresh(rule);
    if (read.kind === 'manual') return undefined;
    let missed = false;
    let settling: ReturnType<typeof setTimeout> | undefined;
    const run = (): void => {
      missed = document.hidden;
      if (!missed) latest.current();
    };
    const onShow = (): void => {
      if (missed) run();
    };
    document.addEventListener('visibilitychange', onShow);
    const timer = read.kind === 'interval' ? setInterval(run, read.seconds * 1_000) : undefined;
    const unsubscribe = subscribe((event) => {
      if (!refreshesOn(read, event)) return;
      clearTimeout(settling);
      settling = setTimeout(run, SETTLE_MS);
    });
    return () => {
      document.removeEventListener('visibilitychange', onShow);
      clearInterval(timer);
      clearTimeout(settling);
      unsubscribe();
    };
  }, [rule, subscribe]);
}
