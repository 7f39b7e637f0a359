import { apis } from '../apis/index.js';
import type { Route } from '../route.js';

/** Default limits in requests per minute. Routes have their own limits in the tables. */
export const LIMITS = {
  requests: 600,
  anonymous: 60,
  messages: 1_200,
  credentials: 60,
  'device.page': 20,
  'device.decision': 10,
  'web.session': 30,
} as const;

/** The name of the limit of all requests to one app. */
export const appLimitOf = ({ limit, operation: { context, name } }: Route): string => `${limit ?? `${context}.${name}`}.app`;

const limited = apis.flatMap(({ routes }) => routes).filter(({ perMinute, failuresPerMinute }) => perMinute ?? failuresPerMinute);

/** The names that SKEP_RATE_LIMITS accepts for the gateway. */
export const LIMIT_NAMES: readonly string[] = [
  ...Object.keys(LIMITS),
  ...apis.flatMap(({ routes }) => routes.flatMap((route) => (route.appPerMinute ? [appLimitOf(route)] : []))),
  ...limited.map(({ limit, operation: { context, name } }) => limit ?? `${context}.${name}`),
];
