import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { openEvents } from '../../../data/event-source.js';
import { followTurn } from './follow-turn.js';
import { BEGINNING, type Turn } from './turn.js';

/** A turn is shown so often at most: often enough to read along, and seldom enough to leave the page idle. */
const SHOW_MS = 80;

/** How a turn begins: something is said, said otherwise, or answered again. */
export interface Beginning {
  how: 'stream' | 'edit' | 'regenerate';
  body: { content?: string; message_id?: string; agent_id?: string };
}

export const chatPath = (conversationId: string, how: Beginning['how'] = 'stream') =>
  `/api/chat/${encodeURIComponent(conversationId)}/${how}`;

/**
 * The newest turn of a conversation, read along: one that is begun here, or that runs already, on whichever device it was begun.
 * @param isKnown whether a message is among those that are shown
 */
export function useTurn(conversationId: string, isKnown: (messageId: string) => boolean) {
  const queries = useQueryClient();
  const [turn, setTurn] = useState<Turn>();
  const reading = useRef<AbortController>(undefined);
  const keys = useRequestKey();
  const known = useRef(isKnown);
  useEffect(() => void (known.current = isKnown));

  const follow = useCallback(
    async (controller: AbortController, events: Awaited<ReturnType<typeof openEvents>>, isNew: boolean) => {
      if (reading.current !== controller) reading.current?.abort();
      reading.current = controller;
      const { signal } = controller;
      const reload = () => queries.invalidateQueries({ queryKey: ['conversations'] });
      const show = atMostEvery(SHOW_MS, (next: Turn) => !signal.aborted && setTurn(next));
      if (isNew) {
        setTurn(BEGINNING);
        await reload();
      }
      const ended = await followTurn(events, {
        path: chatPath(conversationId),
        signal,
        isKnown: (id) => known.current(id),
        show: show.soon,
      });
      show.stop();
      if (signal.aborted) return;
      if (ended && events) {
        setTurn(ended);
        await reload();
      }
      if (signal.aborted) return;
      setTurn(ended && events && { ...ended, isOver: true });
      controller.abort();
      reading.current = undefined;
    },
    [conversationId, queries],
  );

  /** @throws ApiProblem if it was not begun: what was read before is read on */
  const begin = useCallback(
    async ({ how, body }: Beginning) => {
      const controller = new AbortController();
      const key = keys.of(`${how} ${JSON.stringify(body)}`);
      const events = await openEvents(chatPath(conversationId, how), { body, key, signal: controller.signal });
      keys.forget();
      void follow(controller, events, true);
    },
    [conversationId, follow, keys],
  );

  useEffect(() => {
    const resume = async () => {
      if (document.visibilityState !== 'visible' || reading.current) return;
      const controller = (reading.current = new AbortController());
      const events = await openEvents(chatPath(conversationId), { signal: controller.signal }).catch(() => undefined);
      if (!controller.signal.aborted) await follow(controller, events, false);
    };
    const onVisible = () => void resume();
    onVisible();
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      document.removeEventListener('visibilitychange', onVisible);
      reading.current?.abort();
      reading.current = undefined;
    };
  }, [conversationId, follow]);

  return useMemo(() => ({ turn, begin }), [turn, begin]);
}

/** Keys of requests. One that got no answer may have been heard: the same one again has the same key, so that it happens once. */
export function useRequestKey() {
  const tried = useRef<{ request: string; key: string }>(undefined);
  return useMemo(
    () => ({
      of: (request: string): string => {
        if (tried.current?.request !== request) tried.current = { request, key: crypto.randomUUID() };
        return tried.current.key;
      },
      forget: () => (tried.current = undefined),
    }),
    [],
  );
}

/** Passes the newest value on, so often at most. */
function atMostEvery<T>(ms: number, pass: (value: T) => void) {
  let newest: T;
  let last = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = (value: T) => {
    newest = value;
    timer ??= setTimeout(
      () => {
        [timer, last] = [undefined, Date.now()];
        pass(newest);
      },
      Math.max(ms - (Date.now() - last), 0),
    );
  };
  return { soon, stop: () => clearTimeout(timer) };
}
