import { useSuspenseQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { CopyText } from '../../ui/code.js';
import { DataView } from '../../ui/data-view.js';
import { Badge, Card, Page } from '../../ui/layout.js';
import { Empty } from '../../ui/notice.js';

/** Through whom people of the tenant sign in. */
export function Providers() {
  const { data } = useSuspenseQuery({ queryKey: ['providers'], queryFn: () => dataOf(api.GET('/v1/identity-providers')) });
  return (
    <Page title={m.providers.title} lead={m.providers.lead}>
      {data.length ? (
        <ul className="grid grid-cols-[minmax(0,1fr)] gap-4">
          {data.map(({ provider_id, name, issuer, client_id, domains, default_role, group_roles, creates_accounts, redirect_uri }) => (
            <li key={provider_id}>
              <Card>
                <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
                  <div className="flex flex-wrap items-start justify-between gap-2">
                    <div className="min-w-0 [overflow-wrap:anywhere]">
                      <h2 className="font-medium">{name}</h2>
                      <p className="text-sm text-muted">{issuer}</p>
                    </div>
                    <Badge>{creates_accounts ? m.providers.creates : m.providers.linksOnly}</Badge>
                  </div>
                  <div className="text-sm">
                    <DataView
                      value={{
                        [m.providers.domains]: domains.join(', '),
                        [m.providers.clientId]: client_id,
                        [m.providers.defaultRole]: default_role,
                        ...(group_roles.length && { [m.providers.groups]: group_roles }),
                      }}
                    />
                  </div>
                  <CopyText label={m.providers.redirect} text={redirect_uri} />
                </div>
              </Card>
            </li>
          ))}
        </ul>
      ) : (
        <Empty icon="key" title={m.providers.none}>
          {m.providers.noneLead}
        </Empty>
      )}
    </Page>
  );
}
