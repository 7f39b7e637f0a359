import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf } from '../../data/api.js';
import { tasksQuery } from '../../data/queries.js';
import { m } from '../../messages/index.js';
import { Button, MoreButton, Spinner } from '../../ui/button.js';
import { CONTROL } from '../../ui/form.js';
import { formatAgo, formatNumber, toWords } from '../../ui/format.js';
import { Badge, Page, Row, Rows, Section } from '../../ui/layout.js';
import { Empty, Failure, Loading } from '../../ui/notice.js';
import { TraceLink } from '../../ui/trace-link.js';

const FAILED = ['failed', 'error', 'cancelled'];

export function Activity() {
  return (
    <Page title={m.activity.title} lead={m.activity.lead}>
      <RunningTasks />
      <PastCalls />
    </Page>
  );
}

function RunningTasks() {
  const { data } = useSuspenseQuery(tasksQuery);
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: (task_id: string) => dataOf(api.POST('/v1/tasks/{task_id}/cancel', { params: { path: { task_id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['tasks'] }),
  });
  return (
    <Section title={m.activity.running}>
      {data.tasks.length ? (
        <Rows>
          {data.tasks.map((task) => (
            <Row
              key={task.task_id}
              actions={
                <Button size="small" look="danger" onClick={() => cancel.mutate(task.task_id)}>
                  {m.activity.cancel}
                </Button>
              }
            >
              <p className="flex items-center gap-3 font-medium">
                <Spinner />
                {toWords(task.function)}
              </p>
              <p className="text-sm text-muted">
                {task.app_id} · {m.activity.status[task.status]} · {formatAgo(task.created_at)}
              </p>
            </Row>
          ))}
        </Rows>
      ) : (
        <p className="text-sm text-muted">{m.activity.nothingRuns}</p>
      )}
    </Section>
  );
}

function PastCalls() {
  const [search, setSearch] = useState('');
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['actions', search],
    queryFn: ({ pageParam }) =>
      dataOf(api.GET('/v1/actions', { params: { query: { per_page: 30, search: search || undefined, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const actions = data?.pages.flatMap((page) => page.actions) ?? [];
  return (
    <Section
      title={m.activity.past}
      actions={
        <input
          type="search"
          aria-label={m.activity.search}
          placeholder={m.activity.search}
          value={search}
          onChange={({ target }) => setSearch(target.value)}
          className={`${CONTROL} sm:w-64`}
        />
      }
    >
      {isPending ? (
        <Loading />
      ) : error ? (
        <Failure error={error} />
      ) : actions.length ? (
        <Rows>
          {actions.map(
            ({ id, trace_id, tool_name, app_id, status, created_at, error: failure, tokens_used, extension_price, platform_fee }) => (
              <Row
                key={id}
                actions={
                  <>
                    {extension_price + platform_fee > 0 && (
                      <span className="text-sm tabular-nums text-muted">
                        {m.wallet.credits(formatNumber(extension_price + platform_fee))}
                      </span>
                    )}
                    <Badge tone={FAILED.includes(status) ? 'danger' : status === 'running' ? 'accent' : 'good'}>
                      {m.activity.status[status] ?? status}
                    </Badge>
                    <TraceLink id={trace_id} of={toWords(tool_name)} />
                  </>
                }
              >
                <p className="font-medium">{toWords(tool_name)}</p>
                <p className="text-sm text-muted">
                  {app_id} · {formatAgo(created_at)}
                  {tokens_used > 0 && ` · ${formatNumber(tokens_used)} ${m.wallet.meters['tokens']}`}
                </p>
                {failure && <p className="line-clamp-2 text-sm text-muted">{failure}</p>}
              </Row>
            ),
          )}
        </Rows>
      ) : (
        <Empty icon="activity" title={m.activity.none}>
          {m.activity.noneLead}
        </Empty>
      )}
      <MoreButton {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </Section>
  );
}
