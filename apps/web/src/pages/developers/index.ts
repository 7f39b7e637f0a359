export { AccessPage } from './access.js';
export { AppOverview } from './overview.js';
export { Developers } from './developers.js';
export { EarningsPage } from './earnings.js';
export { LogsPage } from './logs.js';
export { PricesPage } from './prices.js';
export { ReleasesPage } from './releases.js';
export { TryPage } from './try.js';
