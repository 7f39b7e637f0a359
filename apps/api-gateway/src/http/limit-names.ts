import { apis } from '../apis/index.js';

/** Default limits in requests per minute. Routes have their own limits in the tables. */
export const LIMITS = { requests: 600, credentials: 60, 'device.page': 20, 'device.decision': 10 } as const;

const limited = apis.flatMap(({ routes }) => routes).filter(({ perMinute, failuresPerMinute }) => perMinute ?? failuresPerMinute);

/** The names that SKEP_RATE_LIMITS accepts for the gateway. */
export const LIMIT_NAMES: readonly string[] = [
  ...Object.keys(LIMITS),
  ...limited.map(({ limit, operation: { context, name } }) => limit ?? `${context}.${name}`),
];
