import type Stripe from 'stripe';
import type { Charge } from './payment-provider.js';

type Intent = Pick<Stripe.PaymentIntent, 'id' | 'status' | 'client_secret' | 'last_payment_error'>;

/** What a PaymentIntent that was confirmed with a saved card tells; undefined while it is not decided, or makes no sense. */
export function chargeOf(intent: Intent | undefined): Charge | undefined {
  if (typeof intent?.id !== 'string') return undefined;
  const { id: payment_id, status, client_secret, last_payment_error } = intent;
  const reason = last_payment_error?.decline_code ?? last_payment_error?.code ?? 'declined';
  if (status === 'succeeded') return { status: 'succeeded', payment_id, client_secret: null, reason: null };
  if (status === 'requires_action' || last_payment_error?.code === 'authentication_required')
    return { status: 'requires_action', payment_id, client_secret, reason: 'authentication_required' };
  if (status === 'requires_payment_method' || status === 'canceled') return { status: 'declined', payment_id, client_secret: null, reason };
  return undefined;
}

/** The one with that id or else the newest, which Stripe lists first. */
export const newestBy = <T extends { id: string }>(all: T[], id: string | undefined): T | undefined =>
  all.find((one) => one.id === id) ?? all[0];
