import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { api, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { formatNumber, toWords } from '../../ui/format.js';
import { Failure, Loading } from '../../ui/notice.js';

/** What is left of each price, as the server divides it. */
export function PriceShares({ appId, prices }: { appId: string; prices: Record<string, number> }) {
  const shown = useDeferredValue(Object.entries(prices).filter(([, price]) => Number.isInteger(price) && price >= 0 && price <= 1_000_000));
  const { data, error } = useQuery({
    queryKey: ['developer', 'price-shares', appId, shown],
    queryFn: async () => {
      const body = { prices: shown.map(([, price]) => ({ price })) };
      const { split, shares } = await dataOf(
        api.POST('/v1/developer/apps/{app_id}/price-preview', { params: { path: { app_id: appId } }, body }),
      );
      return { split, shares: shares.map((share, index) => ({ ...share, name: shown[index]![0] })) };
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  if (error) return <Failure error={error} />;
  if (!data) return <Loading />;
  return (
    <div className="grid max-w-xl grid-cols-[minmax(0,1fr)] gap-2">
      <div tabIndex={0} role="group" aria-label={m.dev.prices.title} className="overflow-x-auto rounded-lg border border-line bg-surface">
        <table className="w-full text-left text-sm">
          <thead className="bg-sunken text-muted">
            <tr>
              {[m.dev.prices.fn, m.dev.prices.price, m.dev.prices.you, m.dev.prices.platform].map((title) => (
                <th key={title} scope="col" className="px-3 py-2 font-medium">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line tabular-nums">
            {data.shares.map(({ name, price, developer_share, platform_share }) => (
              <tr key={name}>
                <th scope="row" className="px-3 py-2 font-normal [overflow-wrap:anywhere]">
                  {toWords(name)}
                </th>
                <td className="px-3 py-2">{formatNumber(price)}</td>
                <td className="px-3 py-2 font-medium">{formatNumber(developer_share)}</td>
                <td className="px-3 py-2">{formatNumber(platform_share)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="text-sm text-muted">{m.dev.prices.split(data.split)}</p>
    </div>
  );
}
