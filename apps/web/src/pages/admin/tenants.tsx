import { useSuspenseQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { formatDate } from '../../ui/format.js';
import { Badge, Page, Row, Rows } from '../../ui/layout.js';

/** The tenants that the administrator may see: their own, or as the operator all. */
export function Tenants() {
  const { data } = useSuspenseQuery({ queryKey: ['tenants'], queryFn: () => dataOf(api.GET('/v1/tenants')) });
  return (
    <Page title={m.tenants.title} lead={m.tenants.lead}>
      <Rows>
        {data.map(({ id, name, is_active, created_at }) => (
          <Row key={id} actions={<Badge tone={is_active ? 'good' : 'danger'}>{is_active ? m.tenants.active : m.tenants.suspended}</Badge>}>
            <p className="font-medium">{name}</p>
            <p className="text-sm text-muted">
              <span className="font-mono">{id}</span> · {m.tenants.since(formatDate(created_at))}
            </p>
          </Row>
        ))}
      </Rows>
    </Page>
  );
}
