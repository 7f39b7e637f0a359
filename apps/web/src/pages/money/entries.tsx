import { useInfiniteQuery } from '@tanstack/react-query';
import { api, type Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { MoreButton } from '../../ui/button.js';
import { formatNumber, formatSigned, formatTime, toWords } from '../../ui/format.js';
import { Row, Rows, Section } from '../../ui/layout.js';
import { Empty, Failure, Loading } from '../../ui/notice.js';
import { TraceLink } from '../../ui/trace-link.js';

type Entry = Shapes['LedgerEntry'];
const PAGE_SIZE = 20;

/** Everything that changed the balance, each with its reason. */
export function Entries() {
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['wallet', 'history'],
    queryFn: async ({ pageParam }) => {
      const { data: entries } = await api.GET('/v1/billing/wallet/history', { params: { query: { limit: PAGE_SIZE, offset: pageParam } } });
      return entries ?? [];
    },
    initialPageParam: 0,
    getNextPageParam: (last, pages) => (last.length === PAGE_SIZE ? pages.length * PAGE_SIZE : undefined),
  });
  const entries = data?.pages.flat() ?? [];
  return (
    <Section title={m.wallet.history}>
      {isPending ? (
        <Loading />
      ) : error ? (
        <Failure error={error} />
      ) : entries.length ? (
        <Rows>
          {entries.map((entry) => (
            <Row
              key={entry.id}
              actions={
                <>
                  {entry.trace_id && <TraceLink id={entry.trace_id} of={titleOf(entry)} />}
                  <span className="text-right text-sm">
                    <span className={`block font-medium tabular-nums ${entry.amount > 0 ? 'text-good' : ''}`}>
                      {formatSigned(entry.amount)}
                    </span>
                    <span className="block tabular-nums text-muted">{m.wallet.after(formatNumber(entry.balance_after))}</span>
                  </span>
                </>
              }
            >
              <p className="font-medium">{titleOf(entry)}</p>
              <p className="text-sm text-muted">{detailsOf(entry).join(' · ')}</p>
            </Row>
          ))}
        </Rows>
      ) : (
        <Empty icon="wallet" title={m.wallet.noHistory}>
          {m.wallet.noHistoryLead}
        </Empty>
      )}
      <MoreButton {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </Section>
  );
}

const titleOf = ({ reason, function: fn, app_id }: Entry) =>
  fn && app_id ? m.confirmations.runs(toWords(fn), app_id) : (m.wallet.reasons[reason] ?? toWords(reason));

const detailsOf = ({ created_at, description, base_price, platform_fee, owed }: Entry) => [
  formatTime(created_at),
  ...(description ? [description] : []),
  ...(base_price !== null && platform_fee !== null ? [m.wallet.fee(formatNumber(base_price), formatNumber(platform_fee))] : []),
  ...(owed ? [m.wallet.owed(formatNumber(owed))] : []),
];
