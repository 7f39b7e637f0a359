import { useCallback, useRef, useState } from 'react';

/** What the user has entered and the app does not show yet. It survives refreshes until an action has sent it. */
export interface Edits {
  /** The entered value of a field, or undefined if the user has not changed it. */
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  drop(name: string): void;
  /** Begins to send the values. The returned function tells that the app has them: its own are shown again, except where the user went on. */
  send(): () => void;
}

export function useEdits(): Edits {
  const edits = useRef(new Map<string, { value: unknown }>());
  const [, rerender] = useState(0);
  const change = useCallback((update: (map: Map<string, { value: unknown }>) => void) => {
    update(edits.current);
    rerender((count) => count + 1);
  }, []);
  return {
    get: (name) => edits.current.get(name)?.value,
    set: (name, value) => change((map) => map.set(name, { value })),
    drop: (name) => change((map) => map.delete(name)),
    send: () => {
      const sent = [...edits.current];
      return () => change((map) => sent.forEach(([name, edit]) => map.get(name) === edit && map.delete(name)));
    },
  };
}
