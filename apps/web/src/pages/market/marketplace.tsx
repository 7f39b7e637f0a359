import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useDeferredValue } from 'react';
import { api, dataOf, type Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { APP_CARD, AppIcon } from '../../ui/app-icon.js';
import { MoreButton } from '../../ui/button.js';
import { CONTROL } from '../../ui/form.js';
import { formatNumber } from '../../ui/format.js';
import { Icon } from '../../ui/icon.js';
import { Badge, Page } from '../../ui/layout.js';
import { Empty, Failure, Loading } from '../../ui/notice.js';
import { SearchField } from '../../ui/search-field.js';

const PAGE_SIZE = 24;
type Sort = keyof typeof m.market.sorts;
const DEFAULT_SORT: Sort = 'actions';
const isSort = (sort: string | undefined): sort is Sort => sort !== undefined && sort in m.market.sorts;

interface Filters {
  q?: string;
  category?: string;
  sort?: string;
}

const useListings = ({ q, category, sort }: Filters) =>
  useInfiniteQuery({
    queryKey: ['listings', q, category, sort],
    queryFn: async ({ pageParam }) => {
      const query = { search: q, category, sort: isSort(sort) ? sort : DEFAULT_SORT, limit: PAGE_SIZE, offset: pageParam };
      const { data, response } = await api.GET('/v1/marketplace/apps', { params: { query } });
      return { apps: data ?? [], total: Number(response.headers.get('x-total-count') ?? 0) };
    },
    initialPageParam: 0,
    getNextPageParam: ({ apps }, pages) => (apps.length === PAGE_SIZE ? pages.length * PAGE_SIZE : undefined),
    placeholderData: keepPreviousData,
  });

/** Search and filters are in the URL, so that a page of results can be shared. */
export function Marketplace() {
  const filters = useSearch({ strict: false }) as Filters;
  const navigate = useNavigate();
  const setFilters = (changed: Filters) => void navigate({ to: '/marketplace', search: { ...filters, ...changed }, replace: true });
  const { data, error, isPending, isFetching, hasNextPage, isFetchingNextPage, fetchNextPage } = useListings(useDeferredValue(filters));
  const apps = data?.pages.flatMap((page) => page.apps) ?? [];
  const isFiltered = Boolean(filters.q ?? filters.category);
  return (
    <Page title={m.market.title} lead={m.market.lead}>
      <search className="flex flex-wrap gap-3">
        <SearchField label={m.market.search} text={filters.q ?? ''} onChange={(q) => setFilters({ q: q || undefined })} />
        <Category value={filters.category} onChange={(category) => setFilters({ category })} />
        <select
          aria-label={m.market.sort}
          value={filters.sort ?? DEFAULT_SORT}
          onChange={({ target }) => setFilters({ sort: target.value === DEFAULT_SORT ? undefined : target.value })}
          className={`${CONTROL} sm:w-44`}
        >
          {Object.entries(m.market.sorts).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </search>
      {isPending ? (
        <Loading />
      ) : error ? (
        <Failure error={error} />
      ) : (
        <>
          <p role="status" className="text-sm text-muted">
            {m.market.results(data.pages[0]?.total || apps.length)}
          </p>
          {apps.length ? (
            <ul aria-busy={isFetching} className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
              {apps.map((app) => (
                <li key={app.app_id} className="min-w-0">
                  <ListingCard app={app} />
                </li>
              ))}
            </ul>
          ) : (
            <Empty icon="store" title={isFiltered ? m.market.none : m.market.empty}>
              {isFiltered ? m.market.noneLead : m.market.emptyLead}
            </Empty>
          )}
          <MoreButton {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
        </>
      )}
    </Page>
  );
}

function Category({ value, onChange }: { value: string | undefined; onChange: (category: string | undefined) => void }) {
  const { data } = useQuery({
    queryKey: ['categories'],
    queryFn: () => dataOf(api.GET('/v1/marketplace/categories')),
    staleTime: 300_000,
  });
  const items = data?.items.filter(({ id, app_count }) => app_count > 0 || id === value) ?? [];
  return (
    <select
      aria-label={m.market.category}
      value={value ?? ''}
      onChange={({ target }) => onChange(target.value || undefined)}
      className={`${CONTROL} sm:w-52`}
    >
      <option value="">{m.market.all}</option>
      {items.map(({ id, name, app_count }) => (
        <option key={id} value={id}>
          {`${name} (${app_count})`}
        </option>
      ))}
    </select>
  );
}

const ListingCard = ({ app }: { app: Shapes['Listing'] }) => (
  <Link to="/marketplace/$appId" params={{ appId: app.app_id }} className={APP_CARD}>
    <AppIcon icon={app.icon_url} name={app.display_name} />
    <span className="grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)] gap-1">
      <span className="flex items-center gap-1.5 font-medium">
        <span className="truncate">{app.display_name}</span>
        {app.is_verified && (
          <span title={m.market.verified} className="text-accent">
            <Icon name="verified" className="size-4" />
            <span className="sr-only">{m.market.verified}</span>
          </span>
        )}
      </span>
      <span className="line-clamp-2 text-sm text-muted [overflow-wrap:anywhere]">{app.short_description}</span>
      <span className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
        {app.review_count > 0 && (
          <span className="flex items-center gap-1">
            <Icon name="star" className="size-3.5" />
            <span aria-hidden="true">{app.rating.toFixed(1)}</span>
            <span className="sr-only">{m.market.rated(app.rating.toFixed(1), app.review_count)}</span>
          </span>
        )}
        <span>{m.market.installs(formatNumber(app.install_count))}</span>
        <span>{m.market.price(app.pricing_model)}</span>
        {app.is_installed && <Badge tone="good">{m.market.installed}</Badge>}
      </span>
    </span>
  </Link>
);
