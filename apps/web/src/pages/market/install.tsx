import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, type Shapes } from '../../data/api.js';
import { extensionsQuery } from '../../data/queries.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Failure } from '../../ui/notice.js';
import { Capabilities } from './capabilities.js';

/** Installs an app after its user has seen what it can do, or uninstalls it. */
export function InstallButton({ app }: { app: Shapes['ListingDetail'] }) {
  const [asks, setAsks] = useState(false);
  const queries = useQueryClient();
  const options = { params: { path: { app_id: app.app_id } } };
  const change = useMutation<unknown>({
    mutationFn: () =>
      app.is_installed
        ? dataOf(api.DELETE('/v1/marketplace/apps/{app_id}/install', options))
        : dataOf(api.POST('/v1/marketplace/apps/{app_id}/install', options)),
    onSuccess: async () => {
      await untilListed(queries, app.app_id, !app.is_installed);
      await queries.invalidateQueries({ queryKey: ['listings'] });
      setAsks(false);
    },
  });
  if (app.system) return null;
  return (
    <>
      <Button look={app.is_installed ? 'danger' : 'primary'} onClick={() => setAsks(true)}>
        {app.is_installed ? m.listing.uninstall : m.listing.install}
      </Button>
      {asks && (
        <Dialog
          title={app.is_installed ? m.listing.uninstallTitle(app.display_name) : m.listing.installTitle(app.display_name)}
          onClose={() => setAsks(false)}
        >
          {app.is_installed ? <p>{m.listing.uninstallLead}</p> : <Consent app={app} />}
          {change.error && <Failure error={change.error} />}
          <div className="flex flex-wrap gap-3">
            <Button look={app.is_installed ? 'danger' : 'primary'} busy={change.isPending} onClick={() => change.mutate()}>
              {app.is_installed ? m.listing.uninstall : m.listing.agree}
            </Button>
            <Button onClick={() => setAsks(false)}>{m.app.cancel}</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

/** An install reaches the user's list of apps as an event, usually at once. */
async function untilListed(queries: QueryClient, app_id: string, isListed: boolean): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    const extensions = await queries.fetchQuery({ ...extensionsQuery, staleTime: 0 });
    if (extensions.some((extension) => extension.app_id === app_id) === isListed) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

const Consent = ({ app: { permissions, capabilities } }: { app: Shapes['ListingDetail'] }) => (
  <>
    {permissions.length ? (
      <div className="grid gap-2">
        <p>{m.listing.consent}</p>
        <ul className="grid list-disc gap-1.5 pl-5">
          {permissions.map(({ id, description }) => (
            <li key={id}>{description || id}</li>
          ))}
        </ul>
      </div>
    ) : (
      <p>{m.listing.noPermissions}</p>
    )}
    <div className="rounded-lg bg-sunken p-4">
      <Capabilities capabilities={capabilities} />
    </div>
  </>
);
