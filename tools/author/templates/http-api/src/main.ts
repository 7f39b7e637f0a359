import type { AppFunction } from '@skep/app';
import { calendar } from './calendar.ts';

interface Event {
  summary?: string;
  htmlLink: string;
  start: { dateTime?: string; date?: string };
}

export const listEvents: AppFunction = async (ctx) => {
  const query = new URLSearchParams({ timeMin: new Date().toISOString(), singleEvents: 'true', orderBy: 'startTime', maxResults: '10' });
  const { items } = await calendar<{ items: Event[] }>(ctx, 'GET', `/events?${query}`);
  return {
    events: items.map(({ summary = '', htmlLink, start }) => ({ title: summary, at: start.dateTime ?? start.date ?? '', url: htmlLink })),
  };
};

export const addEvent: AppFunction<{ text: string }> = async (ctx, { text }) => {
  const { htmlLink } = await calendar<Event>(ctx, 'POST', `/events/quickAdd?${new URLSearchParams({ text })}`);
  return { url: htmlLink };
};
