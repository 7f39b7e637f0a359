import { BadRequest } from '@skep/contracts';
import Stripe from 'stripe';
import type { PaymentNews, ProviderEvent, ToldPayment } from './payment-news.js';

/** How old a signature may be: what was once overheard cannot be sent again later. */
const TOLERANCE_S = 300;
/** What becomes of a dispute. Inquiries (`warning_…`) move no money. */
const DISPUTES: Record<string, 'open' | 'won' | 'lost'> = { needs_response: 'open', under_review: 'open', won: 'won', lost: 'lost' };

/**
 * Reads a message that Stripe has signed with one of the secrets; during a rotation there are several.
 * @throws Problem `bad_request`, which does not say what was wrong
 */
export function readStripeEvent(body: Buffer, signature: string, secrets: readonly string[]): ProviderEvent {
  const event = secrets.map((secret) => verified(body, signature, secret)).find((found) => found !== undefined);
  if (typeof event?.id !== 'string' || typeof event.type !== 'string') throw BadRequest();
  const news = newsOf(event);
  return { id: event.id, type: event.type, ...(news && { news }) };
}

function verified(body: Buffer, signature: string, secret: string): Stripe.Event | undefined {
  try {
    return Stripe.webhooks.constructEvent(body, signature, secret, TOLERANCE_S);
  } catch {
    return undefined;
  }
}

/** What we take from an event, if it is of a kind that concerns us and whole. */
function newsOf(event: Stripe.Event): PaymentNews | undefined {
  switch (event.type) {
    case 'payment_intent.succeeded': {
      const { id, amount_received, currency, metadata } = event.data.object;
      const payment = whole({ id, cents: amount_received, currency, carried: metadata });
      return payment && { what: 'paid', payment };
    }
    case 'payment_intent.canceled':
      return typeof event.data.object.id === 'string' ? { what: 'canceled', id: event.data.object.id } : undefined;
    case 'charge.succeeded':
    case 'charge.updated':
    case 'charge.refunded': {
      const { payment_intent, amount, currency, metadata, amount_refunded: refunded_cents, receipt_url } = event.data.object;
      const payment = whole({ id: idOf(payment_intent), cents: amount, currency, carried: metadata });
      return payment && isCents(refunded_cents)
        ? { what: 'charged', payment, refunded_cents, receipt_url: receipt_url ?? null }
        : undefined;
    }
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.closed':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated': {
      const { id: dispute_id, payment_intent, amount: cents, status: told } = event.data.object;
      const payment_id = idOf(payment_intent);
      const status = DISPUTES[told];
      return payment_id && status && isCents(cents) && cents > 0 ? { what: 'disputed', payment_id, dispute_id, cents, status } : undefined;
    }
    default:
      return undefined;
  }
}

const isCents = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;
const idOf = (told: string | { id: string } | null | undefined) => (typeof told === 'string' ? told : told?.id);

function whole({ id, cents, currency, carried }: { [K in keyof ToldPayment]?: ToldPayment[K] | null }): ToldPayment | undefined {
  if (typeof id !== 'string' || !isCents(cents) || typeof currency !== 'string') return undefined;
  return { id, cents: Number(cents), currency, carried: carried ?? {} };
}
