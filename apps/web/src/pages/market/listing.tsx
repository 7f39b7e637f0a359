import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api, dataOf, type Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { AppIcon } from '../../ui/app-icon.js';
import { buttonClass } from '../../ui/button.js';
import { formatNumber, toWords } from '../../ui/format.js';
import { Icon } from '../../ui/icon.js';
import { Badge, Card, Page, Section } from '../../ui/layout.js';
import { Capabilities } from './capabilities.js';
import { InstallButton } from './install.js';
import { Reviews } from './reviews.js';
import { Versions } from './versions.js';

export function ListingPage() {
  const { appId } = useParams({ strict: false }) as { appId: string };
  const { data: app } = useSuspenseQuery({
    queryKey: ['listings', 'one', appId],
    queryFn: () => dataOf(api.GET('/v1/marketplace/apps/{app_id}', { params: { path: { app_id: appId } } })),
  });
  return (
    <Page
      title={app.display_name}
      lead={app.short_description}
      actions={
        <>
          {app.is_installed && (
            <Link to="/apps/$appId" params={{ appId }} className={buttonClass({ look: 'primary' })}>
              {m.listing.open}
            </Link>
          )}
          <InstallButton app={app} />
        </>
      }
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm text-muted">
        <AppIcon icon={app.icon_url} name={app.display_name} large />
        <span className="flex items-center gap-1.5">
          {app.author && m.market.by(app.author)}
          {app.is_verified && (
            <Badge tone="accent">
              <Icon name="verified" className="size-3.5" />
              {m.market.verified}
            </Badge>
          )}
        </span>
        <span>{app.version}</span>
        <span>{m.market.installs(formatNumber(app.install_count))}</span>
        {app.review_count > 0 && <span>{m.market.rated(app.rating.toFixed(1), app.review_count)}</span>}
        {app.license && <span>{app.license}</span>}
        <Website url={app.homepage ?? app.publisher_website} />
      </div>
      {app.long_description && app.long_description !== app.short_description && (
        <Section title={m.listing.about}>
          <p className="max-w-3xl whitespace-pre-line [overflow-wrap:anywhere]">{app.long_description}</p>
        </Section>
      )}
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6 lg:grid-cols-2">
        <Section title={m.listing.can} lead={m.listing.canLead}>
          <Card>
            <Capabilities capabilities={app.capabilities} />
          </Card>
        </Section>
        <Section title={m.listing.price}>
          <Card>
            <Price app={app} />
          </Card>
        </Section>
      </div>
      <Versions appId={appId} />
      <Reviews appId={appId} isInstalled={Boolean(app.is_installed)} />
    </Page>
  );
}

/** A link to another site. Only of the web: an app could name any scheme. */
function Website({ url }: { url: string | null }) {
  if (!url || !/^https?:\/\//i.test(url)) return null;
  return (
    <a href={url} target="_blank" rel="noreferrer noopener" className="text-accent underline underline-offset-4">
      {m.listing.website}
    </a>
  );
}

function Price({ app: { pricing_model, pricing_config } }: { app: Shapes['ListingDetail'] }) {
  const { tool_prices = {}, monthly_price } = (pricing_config ?? {}) as { tool_prices?: Record<string, number>; monthly_price?: number };
  const prices = Object.entries(tool_prices);
  return (
    <div className="grid gap-3 text-sm">
      <p className="font-medium">{m.market.price(pricing_model)}</p>
      {pricing_model === 'subscription' && monthly_price !== undefined && <p>{m.listing.perMonth(formatNumber(monthly_price))}</p>}
      {prices.length > 0 && (
        <dl className="grid gap-2">
          {prices.map(([name, price]) => (
            <div key={name} className="flex justify-between gap-4">
              <dt className="min-w-0 text-muted [overflow-wrap:anywhere]">{toWords(name)}</dt>
              <dd className="tabular-nums">{m.listing.perCall(formatNumber(price))}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
