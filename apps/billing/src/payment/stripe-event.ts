import { BadRequest } from '@skep/contracts';
import Stripe from 'stripe';
import type { PaymentUpdate, ProviderEvent, ReportedPayment } from './payment-update.js';

/** Maximum age of a signature, against replays. */
const TOLERANCE_S = 300;
/** Our status of a dispute by Stripe's. Inquiries (`warning_…`) move no money and are ignored. */
const DISPUTES: Record<string, 'open' | 'won' | 'lost'> = { needs_response: 'open', under_review: 'open', won: 'won', lost: 'lost' };

/**
 * Parses an event that Stripe signed with one of the secrets; there are several during a rotation.
 * @throws Problem `bad_request`, without a reason.
 */
export function parseStripeEvent(body: Buffer, signature: string, secrets: readonly string[]): ProviderEvent {
  const event = secrets.map((secret) => verifyEvent(body, signature, secret)).find((found) => found !== undefined);
  if (typeof event?.id !== 'string' || typeof event.type !== 'string') throw BadRequest();
  const update = toPaymentUpdate(event);
  return { id: event.id, type: event.type, ...(update && { update }) };
}

function verifyEvent(body: Buffer, signature: string, secret: string): Stripe.Event | undefined {
  try {
    return Stripe.webhooks.constructEvent(body, signature, secret, TOLERANCE_S);
  } catch {
    return undefined;
  }
}

/** The payment update in an event; undefined if its type is ignored or fields are missing. */
function toPaymentUpdate(event: Stripe.Event): PaymentUpdate | undefined {
  switch (event.type) {
    case 'payment_intent.succeeded': {
      const { id, amount_received, currency, metadata } = event.data.object;
      const payment = toReportedPayment({ id, cents: amount_received, currency, metadata });
      return payment && { kind: 'paid', payment };
    }
    case 'payment_intent.canceled':
      return typeof event.data.object.id === 'string' ? { kind: 'canceled', id: event.data.object.id } : undefined;
    case 'charge.succeeded':
    case 'charge.updated':
    case 'charge.refunded': {
      const { payment_intent, amount, currency, metadata, amount_refunded: refunded_cents, receipt_url } = event.data.object;
      const payment = toReportedPayment({ id: idOf(payment_intent), cents: amount, currency, metadata });
      return payment && isCents(refunded_cents)
        ? { kind: 'charged', payment, refunded_cents, receipt_url: receipt_url ?? null }
        : undefined;
    }
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.closed':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated': {
      const { id: dispute_id, payment_intent, amount: cents, status: stripeStatus } = event.data.object;
      const payment_id = idOf(payment_intent);
      const status = DISPUTES[stripeStatus];
      return payment_id && status && isCents(cents) && cents > 0 ? { kind: 'disputed', payment_id, dispute_id, cents, status } : undefined;
    }
    default:
      return undefined;
  }
}

const isCents = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;
const idOf = (object: string | { id: string } | null | undefined) => (typeof object === 'string' ? object : object?.id);

function toReportedPayment({
  id,
  cents,
  currency,
  metadata,
}: { [K in keyof ReportedPayment]?: ReportedPayment[K] | null }): ReportedPayment | undefined {
  if (typeof id !== 'string' || !isCents(cents) || typeof currency !== 'string') return undefined;
  return { id, cents: Number(cents), currency, metadata: metadata ?? {} };
}
