import type Stripe from 'stripe';
import type { ChargeResult } from './payment-provider.js';

type Intent = Pick<Stripe.PaymentIntent, 'id' | 'status' | 'client_secret' | 'last_payment_error'>;

/** The result of a PaymentIntent that was confirmed with a saved card; undefined while it is undecided or malformed. */
export function toChargeResult(intent: Intent | undefined): ChargeResult | undefined {
  if (typeof intent?.id !== 'string') return undefined;
  const { id: payment_id, status, client_secret, last_payment_error } = intent;
  const reason = last_payment_error?.decline_code ?? last_payment_error?.code ?? 'declined';
  if (status === 'succeeded') return { status: 'succeeded', payment_id, client_secret: null, reason: null };
  if (status === 'requires_action' || last_payment_error?.code === 'authentication_required')
    return { status: 'requires_action', payment_id, client_secret, reason: 'authentication_required' };
  if (status === 'requires_payment_method' || status === 'canceled') return { status: 'declined', payment_id, client_secret: null, reason };
  return undefined;
}

/** The item with the id, or else the first one: Stripe lists the newest first. */
export const findByIdOrFirst = <T extends { id: string }>(all: T[], id: string | undefined): T | undefined =>
  all.find((one) => one.id === id) ?? all[0];
