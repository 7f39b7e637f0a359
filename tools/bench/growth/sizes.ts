/** The numbers of rows at full size. There are about 1,060,000 ledger entries: two per person, payment and payout, three per call. */
export const FULL = {
  tenants: 10_000,
  people: 100_000,
  apps: 100_000,
  actions: 1_000_000,
  documents: 1_000_000,
  payments: 11_000,
  calls: 272_000,
  payouts: 300,
  audit: 1_000_000,
};

export type Sizes = typeof FULL;

/** As few rows as fill a page of every list, so that its answers have the same size with few and with many rows. */
export const FEW: Sizes = {
  tenants: 200,
  people: 400,
  apps: 1_000,
  actions: 1_000,
  documents: 1_000,
  payments: 660,
  calls: 200,
  payouts: 60,
  audit: 1_000,
};

/** The full sizes, or a share of them; not smaller than FEW. */
export const scaled = (scale: number): Sizes => mapSizes(FULL, (size, name) => Math.max(FEW[name], Math.round(size * scale)));

/** Rows numbered from + 1 to `to`. */
export interface Range {
  from: number;
  to: number;
}
export type Ranges = Record<keyof Sizes, Range>;

/** The rows that are missing to these sizes. @param before the sizes of the last fill; none for an empty Skep */
export const missing = (sizes: Sizes, before?: Sizes): Ranges => mapSizes(sizes, (to, name) => ({ from: before?.[name] ?? 0, to }));

const mapSizes = <T>(sizes: Sizes, map: (size: number, name: keyof Sizes) => T) =>
  Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, map(size, name as keyof Sizes)])) as Record<keyof Sizes, T>;
