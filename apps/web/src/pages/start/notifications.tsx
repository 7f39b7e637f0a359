import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../data/api.js';
import { notificationsQuery } from '../../data/queries.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { formatAgo } from '../../ui/format.js';
import { Badge, Page, Row, Rows } from '../../ui/layout.js';
import { Empty } from '../../ui/notice.js';

export function Notifications() {
  const { data } = useSuspenseQuery(notificationsQuery);
  const queries = useQueryClient();
  const readAll = useMutation({
    mutationFn: () => dataOf(api.POST('/v1/me/notifications/read', { body: {} })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['notifications'] }),
  });
  return (
    <Page
      title={m.notifications.title}
      lead={m.notifications.lead}
      actions={
        data.some(({ read_at }) => !read_at) && (
          <Button icon="check" busy={readAll.isPending} onClick={() => readAll.mutate()}>
            {m.notifications.readAll}
          </Button>
        )
      }
    >
      {data.length ? (
        <Rows>
          {data.map(({ notification_id, subject, message, source, created_at, read_at }) => (
            <Row key={notification_id} actions={!read_at && <Badge tone="accent">{m.notifications.unread}</Badge>}>
              <p className={read_at ? '' : 'font-medium'}>{subject || message}</p>
              {subject && <p className="text-sm whitespace-pre-line text-muted">{message}</p>}
              <p className="text-sm text-muted">
                {source} · {formatAgo(created_at)}
              </p>
            </Row>
          ))}
        </Rows>
      ) : (
        <Empty icon="bell" title={m.notifications.none}>
          {m.notifications.noneLead}
        </Empty>
      )}
    </Page>
  );
}
