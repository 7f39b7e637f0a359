import type { Models } from '../ai/models.js';
import type { IrFunction } from '../ir/ir.js';
import type { App } from './apps.js';

/** Credits: what the developer asks, and what the platform asks for a language model. */
export interface Price {
  base_price: number;
  platform_fee: number;
}

/** What a call may cost at the most. Which model a binding will wish for is not known yet, so it may be the dearest. */
export function priceOf({ terms }: Pick<App, 'terms'>, fn: IrFunction, models: Models): Price {
  const prices = terms?.prices ?? {};
  const fees = fn.impl.steps.flatMap((step) => {
    if (step.op !== 'ai.complete') return [];
    const wish = step.args['model'];
    if (typeof wish === 'string' && wish.includes('{{')) return [models.dearest];
    const model = models.answering(typeof wish === 'string' ? wish : undefined);
    return model ? [models.feeOf(model)] : [];
  });
  return { base_price: Object.hasOwn(prices, fn.name) ? (prices[fn.name] ?? 0) : 0, platform_fee: Math.max(0, ...fees) };
}
