import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { agentApi, dataOf } from '../../data/api.js';

/** Who answers if no agent was chosen. */
export const DEFAULT_AGENT = 'default';

const PAGE_SIZE = 30;
const MESSAGES_AT_ONCE = 1000;
const VERSIONS_AT_ONCE = 200;
const ROWS_MAX = 10_000;

export const agentsQuery = queryOptions({
  queryKey: ['agents'],
  queryFn: () => dataOf(agentApi.GET('/api/agents')),
});

export const conversationsQuery = (q: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['conversations', 'list', q],
    queryFn: ({ pageParam: cursor }) => dataOf(agentApi.GET('/api/conversations', { params: { query: { q, cursor, limit: PAGE_SIZE } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });

/** A conversation with the messages of its current branch. */
export const conversationQuery = (conversation_id: string) =>
  queryOptions({
    queryKey: ['conversations', 'one', conversation_id],
    queryFn: async () => {
      const path = { conversation_id };
      const conversation = await dataOf(agentApi.GET('/api/conversations/{conversation_id}', { params: { path } }));
      const { messages: first } = conversation;
      const messages = first.length
        ? await readAll(
            MESSAGES_AT_ONCE,
            (query) => dataOf(agentApi.GET('/api/conversations/{conversation_id}/messages', { params: { path, query } })),
            first,
          )
        : first;
      return { ...conversation, messages };
    },
  });

/** The messages that have other versions, with these. */
export const versionsQuery = (conversation_id: string) =>
  queryOptions({
    queryKey: ['conversations', 'versions', conversation_id],
    queryFn: () =>
      readAll(VERSIONS_AT_ONCE, (query) =>
        dataOf(agentApi.GET('/api/conversations/{conversation_id}/versions', { params: { path: { conversation_id }, query } })),
      ),
  });

/** All rows of a list that is read page by page. */
async function readAll<Row>(
  limit: number,
  read: (page: { limit: number; offset: number }) => Promise<Row[]>,
  first: Row[] = [],
): Promise<Row[]> {
  const rows = [...first];
  while (rows.length % limit === 0 && rows.length < ROWS_MAX) {
    const more = await read({ limit, offset: rows.length });
    if (!more.length) break;
    rows.push(...more);
  }
  return rows;
}

export const providersQuery = queryOptions({
  queryKey: ['providers'],
  queryFn: () => dataOf(agentApi.GET('/api/config/providers')),
});
