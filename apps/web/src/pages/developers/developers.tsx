import { useQuery, useSuspenseInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, dataOf, type Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { APP_CARD, AppIcon } from '../../ui/app-icon.js';
import { buttonClass, MoreButton } from '../../ui/button.js';
import { formatNumber } from '../../ui/format.js';
import { Page } from '../../ui/layout.js';
import { Empty } from '../../ui/notice.js';
import { BecomeDeveloper } from './become.js';
import { appsQuery, profileQuery, termsQuery } from './queries.js';
import { AppStatus } from './status.js';
import { Website } from './website.js';

export function Developers() {
  const { data: profile } = useSuspenseQuery(profileQuery);
  return profile ? <MyApps profile={profile} /> : <BecomeDeveloper />;
}

function MyApps({ profile: { tier, apps_count } }: { profile: Shapes['Developer'] }) {
  const { data: apps, hasNextPage, isFetchingNextPage, fetchNextPage } = useSuspenseInfiniteQuery(appsQuery);
  const { data: terms } = useSuspenseQuery(termsQuery);
  const limit = terms.tiers.find((one) => one.tier === tier)?.apps ?? null;
  const create = (
    <Link to="/developers/new" className={buttonClass({ look: 'primary' })}>
      {m.dev.developers.create}
    </Link>
  );
  return (
    <Page title={m.dev.developers.title} lead={m.dev.developers.lead} actions={apps.length > 0 && create}>
      {apps.length ? (
        <>
          <p className="text-sm text-muted">
            {m.dev.developers.tier(tier)} · {m.dev.developers.limit(apps_count, limit)}
          </p>
          <ul className="grid gap-3 sm:grid-cols-2">
            {apps.map((app) => (
              <li key={app.app_id} className="min-w-0">
                <AppCard app={app} />
              </li>
            ))}
          </ul>
          <MoreButton {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
        </>
      ) : (
        <Empty icon="code" title={m.dev.developers.none}>
          <p>{m.dev.developers.noneLead}</p>
          <p className="mt-4">{create}</p>
        </Empty>
      )}
      <Website />
    </Page>
  );
}

function AppCard({ app }: { app: Shapes['App'] }) {
  const options = { params: { path: { app_id: app.app_id } } };
  const { data: earned } = useQuery({
    queryKey: ['developer', 'earnings', app.app_id],
    queryFn: () => dataOf(api.GET('/v1/developer/earnings/{app_id}', options)),
  });
  const { data: listing } = useQuery({
    queryKey: ['listings', 'one', app.app_id],
    queryFn: () => dataOf(api.GET('/v1/marketplace/apps/{app_id}', options)),
    // Only what was published has a listing.
    enabled: app.status === 'active',
  });
  return (
    <Link to="/developers/apps/$appId" params={{ appId: app.app_id }} className={APP_CARD}>
      <AppIcon icon={app.icon} name={app.name} />
      <span className="grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)] gap-1.5">
        <span className="truncate font-medium">{app.name}</span>
        <span className="truncate text-sm text-muted">
          {app.app_id} · {m.dev.developers.revision(app.revision)}
        </span>
        <AppStatus app={app} />
        <span className="text-sm text-muted tabular-nums">
          {listing && `${m.dev.developers.installs}: ${formatNumber(listing.install_count)} · `}
          {m.dev.developers.earned}: {m.dev.developers.credits(formatNumber(earned?.total_earnings ?? 0))}
        </span>
      </span>
    </Link>
  );
}
