import type { ProcessConfig, SettingFault } from './config.js';

/** The value of SKEP_RATE_LIMITS for one service. */
export interface RateLimits {
  /** All limits are disabled. */
  off: boolean;
  /** The numbers that replace the defaults, by the limit's name. */
  numbers: ReadonlyMap<string, number>;
}

const NUMBER = /^[1-9]\d{0,6}$/;
/** Prefix of auth-gateway's limits, the back-off per account. All other limits are api-gateway's; both read the same variable. */
const ACCOUNT_PREFIX = 'account.';

type LimitsConfig = ProcessConfig & { SKEP_RATE_LIMITS: string };

/**
 * Reads `on`, `off`, or comma-separated `name=number` pairs. Pairs that begin with `account.` are for auth-gateway, the others for
 * api-gateway; a service ignores those of the other. Invalid pairs are left out: see `rateLimitFaults`.
 * @param names the limits of this service
 */
export function readRateLimits({ SKEP_RATE_LIMITS }: LimitsConfig, names: readonly string[]): RateLimits {
  const numbers = parsePairs(SKEP_RATE_LIMITS, names).flatMap(({ name, number, fault }) =>
    fault ? [] : [[name, Number(number)] as const],
  );
  return { off: SKEP_RATE_LIMITS === 'off', numbers: new Map(numbers) };
}

/** The faults of SKEP_RATE_LIMITS: invalid pairs, and `off` in production. */
export function rateLimitFaults({ SKEP_RATE_LIMITS, NODE_ENV }: LimitsConfig, names: readonly string[]): SettingFault[] {
  const faults =
    SKEP_RATE_LIMITS === 'off' && NODE_ENV === 'production'
      ? ['off is refused in production; raise single limits, or set SKEP_RATE_LIMIT_EXEMPT']
      : parsePairs(SKEP_RATE_LIMITS, names).flatMap(({ fault }) => fault ?? []);
  return faults.map((fault) => ({ setting: 'SKEP_RATE_LIMITS', fault }));
}

function parsePairs(setting: string, names: readonly string[]): { name: string; number: string; fault?: string }[] {
  if (setting === 'on' || setting === 'off') return [];
  const hasAccountLimits = names.some((name) => name.startsWith(ACCOUNT_PREFIX));
  const pairs = setting.split(',').map((pair) => {
    const [name = '', number = '', ...rest] = pair.split('=').map((part) => part.trim());
    if (!names.includes(name)) return { name, number, fault: `'${name}' is not a limit; the limits are ${names.join(', ')}` };
    if (rest.length || !NUMBER.test(number))
      return { name, number, fault: `'${pair.trim()}' must be ${name}=NUMBER with a number from 1 to 9999999` };
    return { name, number };
  });
  return pairs.filter(({ name }) => name.startsWith(ACCOUNT_PREFIX) === hasAccountLimits);
}
