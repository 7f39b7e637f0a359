import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { m } from '../../messages/index.js';
import { MoreButton } from '../../ui/button.js';
import { CONTROL } from '../../ui/form.js';
import { formatTime } from '../../ui/format.js';
import { Badge, Row, Rows } from '../../ui/layout.js';
import { Empty, Failure, Loading } from '../../ui/notice.js';
import { AppFrame, useAppId } from './frame.js';
import { LEVELS, logsQuery } from './queries.js';

const TONES = { debug: 'plain', info: 'good', warn: 'accent', error: 'danger' } as const;

interface Filter {
  level?: string | undefined;
  call?: string | undefined;
}

/** What the code of the app logged. The filter is in the URL. */
export function LogsPage() {
  const appId = useAppId();
  const filter = useSearch({ strict: false }) as Filter;
  const navigate = useNavigate();
  const change = (changed: Filter) =>
    void navigate({ to: '/developers/apps/$appId/logs', params: { appId }, search: { ...filter, ...changed }, replace: true });
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(logsQuery(appId, filter));
  const lines = data?.pages.flatMap(({ logs }) => logs) ?? [];
  return (
    <AppFrame>
      <p className="text-sm text-muted">{m.dev.logs.lead}</p>
      <search className="flex flex-wrap gap-3">
        <select
          aria-label={m.dev.logs.level}
          className={`${CONTROL} sm:w-44`}
          value={filter.level ?? ''}
          onChange={({ target }) => change({ level: target.value || undefined })}
        >
          <option value="">{m.dev.logs.all}</option>
          {LEVELS.map((level) => (
            <option key={level} value={level}>
              {level}
            </option>
          ))}
        </select>
        <input
          type="search"
          aria-label={m.dev.logs.call}
          placeholder={m.dev.logs.callHint}
          className={`${CONTROL} sm:w-72`}
          value={filter.call ?? ''}
          onChange={({ target }) => change({ call: target.value || undefined })}
        />
      </search>
      {isPending ? (
        <Loading />
      ) : error ? (
        <Failure error={error} />
      ) : lines.length ? (
        <Rows>
          {lines.map(({ id, call_id, function: name, level, message, fields, created_at }) => (
            <Row key={id} actions={<Badge tone={TONES[level]}>{level}</Badge>}>
              <p className="font-mono text-sm whitespace-pre-wrap">{message}</p>
              {Object.keys(fields).length > 0 && <p className="font-mono text-xs text-muted">{JSON.stringify(fields)}</p>}
              <p className="text-xs text-muted">
                {name} · {formatTime(created_at)} · {call_id}
              </p>
            </Row>
          ))}
        </Rows>
      ) : (
        <Empty icon="terminal" title={m.dev.logs.none}>
          {m.dev.logs.noneLead}
        </Empty>
      )}
      <MoreButton {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </AppFrame>
  );
}
