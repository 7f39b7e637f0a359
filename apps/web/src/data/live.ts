import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';

/** An event of the user's stream. */
export interface LiveEvent {
  type: string;
  payload: unknown;
}

const listeners = new Set<(event: LiveEvent) => void>();

/** Calls `listen` with each event until the returned function is called. */
export function subscribeLive(listen: (event: LiveEvent) => void): () => void {
  listeners.add(listen);
  return () => void listeners.delete(listen);
}

/** What is read again after an event, by what its type starts with. */
const READ_AGAIN: readonly [start: string, keys: readonly string[]][] = [
  ['confirmation', ['confirmations']],
  ['task', ['tasks', 'actions']],
  ['notification', ['notifications']],
  ['marketplace', ['extensions', 'listings']],
  ['app', ['extensions']],
  ['extension', ['extensions']],
  ['wallet', ['wallet']],
  ['billing', ['wallet']],
  ['automation', ['automations']],
  ['developer', ['developer']],
  ['action', ['actions', 'confirmations', 'wallet']],
];

/** Opens the user's event stream. The browser opens it again after a break, and continues after the last event. */
export function openLiveEvents(queries: QueryClient): () => void {
  const source = new EventSource('/v1/events/stream');
  source.onmessage = ({ data }: MessageEvent<string>) => {
    const event = JSON.parse(data) as LiveEvent;
    const reset = event.type === 'stream_reset';
    for (const [start, keys] of READ_AGAIN)
      if (reset || event.type.startsWith(start)) for (const key of keys) void queries.invalidateQueries({ queryKey: [key] });
    for (const listen of listeners) listen(event);
  };
  return () => source.close();
}

const subscribeOnline = (changed: () => void) => {
  for (const type of ['online', 'offline']) addEventListener(type, changed);
  return () => ['online', 'offline'].forEach((type) => removeEventListener(type, changed));
};

/** Whether the browser has a network. */
export const useOnline = () => useSyncExternalStore(subscribeOnline, () => navigator.onLine);
