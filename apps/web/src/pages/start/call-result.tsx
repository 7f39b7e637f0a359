import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { api, dataOf, type Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { buttonClass, Spinner } from '../../ui/button.js';
import { DataView } from '../../ui/data-view.js';
import { Loading, Notice } from '../../ui/notice.js';

const Tree = lazy(() => import('./tree.js'));

/** A piece of interface that an app made, and below it the result of what it called. */
export function AppTree({ appId, tree }: { appId: string; tree: unknown }) {
  const [result, setResult] = useState<Shapes['CallResult']>();
  return (
    <Suspense fallback={<Loading />}>
      <Tree appId={appId} tree={tree} onResult={setResult} />
      {result && (
        <section aria-label={m.appPage.result} className="mt-4 border-t border-line pt-4">
          {/* What the app shows of it, it shows itself: bare data would only repeat it. */}
          <CallResult appId={appId} result={result.status === 'error' ? result : { ...result, data: null }} />
        </section>
      )}
    </Suspense>
  );
}

/** What a call returned: a piece of interface, data, a question to the user, or a task that goes on. */
export function CallResult({ appId, result }: { appId: string; result: Shapes['CallResult'] }) {
  const { status, data, ui, summary, error, error_code, task_id } = result;
  if (task_id) return <TaskResult appId={appId} taskId={task_id} />;
  if (error_code === 'CONFIRMATION_REQUIRED') {
    const { confirmation_id = '' } = data as { confirmation_id?: string };
    return (
      <Notice>
        <p>{summary ?? m.appPage.confirm}</p>
        <p className="mt-3">
          <Link
            to="/confirmations/$confirmationId"
            params={{ confirmationId: confirmation_id }}
            className={buttonClass({ look: 'primary', size: 'small' })}
          >
            {m.appPage.review}
          </Link>
        </p>
      </Notice>
    );
  }
  if (status === 'error') return <Notice kind="danger">{error ?? summary ?? m.appPage.failed}</Notice>;
  return (
    <div className="grid gap-3 text-sm">
      {summary && <Notice kind="good">{summary}</Notice>}
      {ui ? (
        <AppTree appId={appId} tree={ui} />
      ) : data === null || data === undefined ? (
        !summary && <Notice kind="good">{m.appPage.nothing}</Notice>
      ) : (
        <DataView value={shown(data)} />
      )}
    </div>
  );
}

/** The result of a function of declared steps is that of its last step. */
function shown(data: unknown): unknown {
  const { steps, prev } = (data ?? {}) as { steps?: object; prev?: unknown };
  return steps && prev !== undefined ? prev : data;
}

function TaskResult({ appId, taskId }: { appId: string; taskId: string }) {
  const { data: task } = useQuery({
    queryKey: ['tasks', taskId],
    queryFn: () => dataOf(api.GET('/v1/tasks/{task_id}', { params: { path: { task_id: taskId } } })),
    // Events bring it sooner; this is for a stream that broke.
    refetchInterval: ({ state }) => (state.data?.ended_at ? false : 3_000),
  });
  if (task?.result) return <CallResult appId={appId} result={task.result} />;
  return (
    <Notice>
      <span className="flex items-center gap-3">
        {!task?.ended_at && <Spinner />}
        {m.appPage.task(m.activity.status[task?.status ?? 'queued'] ?? '')}
      </span>
    </Notice>
  );
}
