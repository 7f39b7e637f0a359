import type { ProcessConfig, SettingFault } from './config.js';

/** What SKEP_RATE_LIMITS says to one service. */
export interface RateLimits {
  /** All limits are lifted. */
  off: boolean;
  /** What replaces a limit's own number, by its name. */
  numbers: ReadonlyMap<string, number>;
}

const NUMBER = /^[1-9]\d{0,6}$/;
/** The back-off of auth-gateway by account. The same variable goes to the gateway, which has all other limits. */
const OF_ACCOUNTS = 'account.';

type LimitsConfig = ProcessConfig & { SKEP_RATE_LIMITS: string };

/**
 * Reads `on`, `off`, or `name=number` pairs separated by commas. Of the pairs a service takes its own: those that begin with `account.` are
 * auth-gateway's, all others api-gateway's. What `rateLimitFaults` names is left out.
 * @param names the limits of this service
 */
export function readRateLimits({ SKEP_RATE_LIMITS }: LimitsConfig, names: readonly string[]): RateLimits {
  const numbers = pairsOf(SKEP_RATE_LIMITS, names).flatMap(({ name, number, fault }) => (fault ? [] : [[name, Number(number)] as const]));
  return { off: SKEP_RATE_LIMITS === 'off', numbers: new Map(numbers) };
}

/** What `readRateLimits` cannot read, and `off` in production. */
export function rateLimitFaults({ SKEP_RATE_LIMITS, NODE_ENV }: LimitsConfig, names: readonly string[]): SettingFault[] {
  const faults =
    SKEP_RATE_LIMITS === 'off' && NODE_ENV === 'production'
      ? ['off is refused in production: raise single limits, or set SKEP_RATE_LIMIT_EXEMPT']
      : pairsOf(SKEP_RATE_LIMITS, names).flatMap(({ fault }) => fault ?? []);
  return faults.map((fault) => ({ setting: 'SKEP_RATE_LIMITS', fault }));
}

function pairsOf(setting: string, names: readonly string[]): { name: string; number: string; fault?: string }[] {
  if (setting === 'on' || setting === 'off') return [];
  const ofAccounts = names.some((name) => name.startsWith(OF_ACCOUNTS));
  const pairs = setting.split(',').map((pair) => {
    const [name = '', number = '', ...rest] = pair.split('=').map((part) => part.trim());
    if (!names.includes(name)) return { name, number, fault: `'${name}' is not a limit; the limits are ${names.join(', ')}` };
    if (rest.length || !NUMBER.test(number)) return { name, number, fault: `'${pair.trim()}' should be ${name}=NUMBER, from 1 to 9999999` };
    return { name, number };
  });
  return pairs.filter(({ name }) => name.startsWith(OF_ACCOUNTS) === ofAccounts);
}
