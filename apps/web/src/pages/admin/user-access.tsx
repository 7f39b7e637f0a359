import { useSuspenseQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Badge, Row, Rows } from '../../ui/layout.js';

/** The scopes of a user, each with where it comes from. */
export function UserAccess({ userId: user_id }: { userId: string }) {
  const { data } = useSuspenseQuery({
    queryKey: ['access', user_id],
    queryFn: () => dataOf(api.GET('/v1/scopes/effective/{user_id}', { params: { path: { user_id } } })),
  });
  const { role, role_scopes, granted_scopes, denied_scopes, effective_scopes } = data;
  const scopes = [...new Set([...effective_scopes, ...denied_scopes])].sort();
  if (!scopes.length) return <p className="text-sm text-muted">{m.users.noScopes}</p>;
  const why = (scope: string) =>
    denied_scopes.includes(scope)
      ? m.users.denied
      : granted_scopes.includes(scope) && !role_scopes.includes(scope)
        ? m.users.granted
        : m.users.fromRole(role);
  return (
    <>
      <p className="text-sm text-muted">{m.users.effective(effective_scopes.length)}</p>
      <Rows>
        {scopes.map((scope) => (
          <Row key={scope} actions={<Badge tone={denied_scopes.includes(scope) ? 'danger' : 'plain'}>{why(scope)}</Badge>}>
            <span className="font-mono text-sm">{scope}</span>
          </Row>
        ))}
      </Rows>
    </>
  );
}
