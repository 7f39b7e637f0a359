import type { Fault } from '@skep/contracts';

export type PricingConfig = Record<string, unknown> | null;

const CREDITS_MAX = 1_000_000;
const FUNCTIONS_MAX = 1_000;
const FUNCTION_NAME = /^[A-Za-z_]\w{0,127}$/;
/** The keys that each model's config may have. */
const CONFIG_KEYS: Readonly<Record<string, readonly string[]>> = {
  free: [],
  per_action: ['tool_prices'],
  subscription: ['monthly_price', 'tool_prices'],
};

/**
 * The faults of a `pricing_config` for a pricing model. `free` takes `{}`; `per_action` takes `{ tool_prices: { fn: credits } }`;
 * `subscription` also takes `monthly_price` in credits. A missing config is valid: no price is set yet.
 */
export function findPricingFaults(model: string, config: PricingConfig): Fault[] {
  if (!config) return [];
  const faults: Fault[] = [];
  const fault = (msg: string, type: string, ...loc: string[]) => faults.push({ loc: ['pricing_config', ...loc], msg, type });
  const checkCredits = (value: unknown, ...loc: string[]) => {
    if (!Number.isSafeInteger(value) || Number(value) < 0 || Number(value) > CREDITS_MAX)
      fault(`A price must be an integer number of credits from 0 to ${CREDITS_MAX}`, 'price', ...loc);
  };
  const allowed = CONFIG_KEYS[model] ?? [];
  for (const key of Object.keys(config))
    if (!allowed.includes(key)) fault(`Pricing model '${model}' has no key '${key}'. Remove it`, 'extra_forbidden', key);
  const { tool_prices, monthly_price } = config;
  if (allowed.includes('monthly_price') && monthly_price !== undefined) checkCredits(monthly_price, 'monthly_price');
  if (!allowed.includes('tool_prices') || (tool_prices === undefined && model !== 'per_action')) return faults;
  if (typeof tool_prices !== 'object' || tool_prices === null || Array.isArray(tool_prices)) {
    fault('tool_prices must be an object of prices by function name', tool_prices === undefined ? 'missing' : 'object_type', 'tool_prices');
    return faults;
  }
  const prices = Object.entries(tool_prices);
  if (prices.length > FUNCTIONS_MAX) fault(`tool_prices can have at most ${FUNCTIONS_MAX} prices`, 'too_long', 'tool_prices');
  for (const [name, price] of prices.slice(0, FUNCTIONS_MAX)) {
    if (FUNCTION_NAME.test(name)) checkCredits(price, 'tool_prices', name);
    else fault(`'${name.slice(0, 50)}' is not a valid function name`, 'function_name', 'tool_prices');
  }
  return faults;
}

/** Whether the config has every price that the model requires. */
export const hasAllPrices = (model: string, config: PricingConfig): boolean =>
  model === 'free' || (model === 'per_action' ? config?.['tool_prices'] !== undefined : config?.['monthly_price'] !== undefined);
