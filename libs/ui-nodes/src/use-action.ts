import { useCallback, useRef, useState } from 'react';
import type { UIAction } from './action.js';
import { useHost } from './host.js';

export interface ActionState {
  pending: boolean;
  /** Why the last action failed. */
  error: string | undefined;
  /** Runs the action, after the user has confirmed it if there is a question. Resolves to whether it succeeded. */
  start(action: UIAction, question?: string): Promise<boolean>;
}

/** Runs the actions of one control, one at a time. */
export function useAction(): ActionState {
  const { run, confirm, messages } = useHost();
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<string>();
  const busy = useRef(false);
  const start = useCallback(
    async (action: UIAction, question?: string) => {
      if (busy.current) return false;
      busy.current = true;
      try {
        if (question && !(await confirm(question))) return false;
        setPending(true);
        setError(undefined);
        await run(action);
        return true;
      } catch (cause) {
        setError(cause instanceof Error && cause.message ? cause.message : messages.failed);
        return false;
      } finally {
        busy.current = false;
        setPending(false);
      }
    },
    [run, confirm, messages],
  );
  return { pending, error, start };
}
