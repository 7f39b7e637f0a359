import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { formatAgo } from '../../ui/format.js';
import { Badge, Row, Rows, Section } from '../../ui/layout.js';
import { Failure } from '../../ui/notice.js';

/** Where the user is signed in. */
export function Sessions() {
  const queries = useQueryClient();
  const { data } = useSuspenseQuery({ queryKey: ['sessions'], queryFn: () => dataOf(api.GET('/v1/auth/sessions')) });
  const end = useMutation<unknown, Error, string | undefined>({
    mutationFn: (session_id) =>
      session_id
        ? dataOf(api.POST('/v1/auth/sessions/{session_id}/revoke', { params: { path: { session_id } } }))
        : dataOf(api.POST('/v1/auth/sessions/revoke-others')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  });
  return (
    <Section
      title={m.security.sessions}
      lead={m.security.sessionsLead}
      actions={data.sessions.length > 1 && <Button onClick={() => end.mutate(undefined)}>{m.security.endOthers}</Button>}
    >
      {end.error && <Failure error={end.error} />}
      <Rows>
        {data.sessions.map(({ session_id, label, ip_address, last_seen_at, current, client_id }) => (
          <Row
            key={session_id}
            actions={
              current ? (
                <Badge tone="good">{m.security.current}</Badge>
              ) : (
                <Button size="small" look="danger" onClick={() => end.mutate(session_id)}>
                  {m.security.end}
                </Button>
              )
            }
          >
            <p className="font-medium">{label ?? client_id ?? m.security.unknown}</p>
            <p className="text-sm text-muted">
              {m.security.seen(formatAgo(last_seen_at))}
              {ip_address && ` · ${ip_address}`}
            </p>
          </Row>
        ))}
      </Rows>
    </Section>
  );
}
