import { ConfigError, type ProcessConfig } from './config.js';

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

/**
 * Reads `on`, `off`, or `name=number` pairs separated by commas. Of the pairs a service checks and takes its own: those that begin with
 * `account.` are auth-gateway's, all others api-gateway's.
 * @param names the limits of this service
 * @throws ConfigError with every fault, and for `off` in production
 */
export function readRateLimits(config: ProcessConfig & { SKEP_RATE_LIMITS: string }, names: readonly string[]): RateLimits {
  const { SKEP_RATE_LIMITS: setting, NODE_ENV } = config;
  const off = setting === 'off';
  if (off && NODE_ENV === 'production')
    throw new ConfigError(
      'SKEP_RATE_LIMITS=off is refused in production. Raise single limits (auth.login=50), or set SKEP_RATE_LIMIT_EXEMPT.',
    );
  if (off || setting === 'on') return { off, numbers: new Map() };
  const ofAccounts = names.some((name) => name.startsWith(OF_ACCOUNTS));
  const faults: string[] = [];
  const numbers = new Map<string, number>();
  for (const pair of setting.split(',')) {
    const [name = '', number = '', ...rest] = pair.split('=').map((part) => part.trim());
    if (name.startsWith(OF_ACCOUNTS) !== ofAccounts) continue;
    if (!names.includes(name)) faults.push(`'${name}' is not a limit; the limits are ${names.join(', ')}`);
    else if (rest.length || !NUMBER.test(number)) faults.push(`'${pair.trim()}' should be ${name}=NUMBER, from 1 to 9999999`);
    else numbers.set(name, Number(number));
  }
  if (faults.length) throw new ConfigError(`SKEP_RATE_LIMITS is on, off, or name=number pairs separated by commas: ${faults.join('; ')}.`);
  return { off, numbers };
}
