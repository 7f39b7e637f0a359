import type { AppApproved } from '@skep/contracts/portal';

/** Credits per call, by function, of a `per_action` app; null if no function costs anything. Values other than integers from 0 are ignored. */
export function toolPricesOf({ pricing_model, pricing_config }: Pick<AppApproved, 'pricing_model' | 'pricing_config'>) {
  const prices = pricing_model === 'per_action' ? pricing_config?.['tool_prices'] : undefined;
  if (typeof prices !== 'object' || prices === null) return null;
  const valid = Object.entries(prices as Record<string, unknown>).filter(([, price]) => Number.isSafeInteger(price) && Number(price) >= 0);
  return valid.some(([, price]) => Number(price) > 0) ? (Object.fromEntries(valid) as Record<string, number>) : null;
}
