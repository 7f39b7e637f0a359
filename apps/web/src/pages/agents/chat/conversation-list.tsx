import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { m } from '../../../messages/index.js';
import { buttonClass, MoreButton } from '../../../ui/button.js';
import { formatAgo } from '../../../ui/format.js';
import { Empty, Failure, Loading } from '../../../ui/notice.js';
import { SearchField } from '../../../ui/search-field.js';
import { conversationsQuery } from '../queries.js';

/** The conversations of a person, the latest first, with a search in their titles and messages. */
export function ConversationList({ current }: { current?: string }) {
  const [q, setQ] = useState('');
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    ...conversationsQuery(q.trim() || undefined),
    placeholderData: keepPreviousData,
  });
  const conversations = data?.pages.flatMap((page) => page.conversations) ?? [];
  return (
    <section aria-label={m.chat.conversations} className="grid grid-cols-[minmax(0,1fr)] gap-3 p-1">
      <div className="flex items-center justify-between gap-2">
        <h2 className="text-sm font-semibold">{m.chat.conversations}</h2>
        {current && (
          <Link to="/chat" className={buttonClass({ size: 'small' })}>
            {m.chat.new}
          </Link>
        )}
      </div>
      <SearchField label={m.chat.search} text={q} onChange={setQ} />
      {isPending ? (
        <Loading />
      ) : error ? (
        <Failure error={error} />
      ) : conversations.length ? (
        <ul className="grid grid-cols-[minmax(0,1fr)] gap-0.5">
          {conversations.map(({ id, title, updated_at }) => (
            <li key={id}>
              <Link
                to="/chat/$conversationId"
                params={{ conversationId: id }}
                className="block rounded-lg px-3 py-2 hover:bg-sunken data-[status=active]:bg-accent-soft"
              >
                <span className="line-clamp-2 text-sm [overflow-wrap:anywhere]">{title ?? m.chat.untitled}</span>
                <span className="text-xs text-muted">{formatAgo(updated_at)}</span>
              </Link>
            </li>
          ))}
        </ul>
      ) : q ? (
        <p role="status" className="text-sm text-muted">
          {m.chat.noMatch}
        </p>
      ) : (
        <Empty icon="chat" title={m.chat.none}>
          {m.chat.noneLead}
        </Empty>
      )}
      <MoreButton {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </section>
  );
}
