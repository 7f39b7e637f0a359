import type { Fault } from '@skep/contracts';

export type PricingConfig = Record<string, unknown> | null;

const CREDITS_MAX = 1_000_000;
const FUNCTIONS_MAX = 1_000;
const FUNCTION_NAME = /^[A-Za-z_]\w{0,127}$/;
/** What each model's config may hold. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  free: [],
  per_action: ['tool_prices'],
  subscription: ['monthly_price', 'tool_prices'],
};

/**
 * What is wrong with a `pricing_config` under a model. `free` takes `{}`; `per_action` takes `{ tool_prices: { fn: credits } }`;
 * `subscription` takes `monthly_price` in credits as well. No config at all means that no price is set yet.
 */
export function pricingFaults(model: string, config: PricingConfig): Fault[] {
  if (!config) return [];
  const faults: Fault[] = [];
  const fault = (msg: string, type: string, ...loc: string[]) => faults.push({ loc: ['pricing_config', ...loc], msg, type });
  const credits = (value: unknown, ...loc: string[]) => {
    if (!Number.isSafeInteger(value) || Number(value) < 0 || Number(value) > CREDITS_MAX)
      fault(`A price is a whole number of credits from 0 to ${CREDITS_MAX}`, 'price', ...loc);
  };
  const known = KEYS[model] ?? [];
  for (const key of Object.keys(config))
    if (!known.includes(key)) fault(`'${model}' pricing does not know '${key}'`, 'extra_forbidden', key);
  const { tool_prices, monthly_price } = config;
  if (known.includes('monthly_price') && monthly_price !== undefined) credits(monthly_price, 'monthly_price');
  if (!known.includes('tool_prices') || (tool_prices === undefined && model !== 'per_action')) return faults;
  if (typeof tool_prices !== 'object' || tool_prices === null || Array.isArray(tool_prices)) {
    fault('tool_prices is an object: a price for each function', tool_prices === undefined ? 'missing' : 'object_type', 'tool_prices');
    return faults;
  }
  const prices = Object.entries(tool_prices);
  if (prices.length > FUNCTIONS_MAX) fault(`There may be ${FUNCTIONS_MAX} prices at the most`, 'too_long', 'tool_prices');
  for (const [name, price] of prices.slice(0, FUNCTIONS_MAX)) {
    if (FUNCTION_NAME.test(name)) credits(price, 'tool_prices', name);
    else fault(`'${name.slice(0, 50)}' cannot be the name of a function`, 'function_name', 'tool_prices');
  }
  return faults;
}

/** Whether every price that the model asks for is there. */
export const isPriced = (model: string, config: PricingConfig): boolean =>
  model === 'free' || (model === 'per_action' ? config?.['tool_prices'] !== undefined : config?.['monthly_price'] !== undefined);
