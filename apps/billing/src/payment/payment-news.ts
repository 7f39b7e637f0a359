/** A payment as the provider tells of it, and what was given along with it. */
export interface ToldPayment {
  id: string;
  /** US cents. */
  cents: number;
  currency: string;
  carried: Readonly<Record<string, string>>;
}

/** What the provider tells of a payment. It may come twice, late, and before what happened earlier. */
export type PaymentNews =
  | { what: 'paid'; payment: ToldPayment }
  | { what: 'canceled'; id: string }
  /** All that was given back of it so far. */
  | { what: 'charged'; payment: ToldPayment; refunded_cents: number; receipt_url: string | null }
  | { what: 'disputed'; payment_id: string; dispute_id: string; cents: number; status: 'open' | 'won' | 'lost' };

/** A message of the provider. Without news it is about something else. */
export interface ProviderEvent {
  id: string;
  type: string;
  news?: PaymentNews;
}

/** Whom a payment is for and what it buys; undefined for one that we have not begun. */
export function orderOf({ carried }: ToldPayment) {
  const { tenant_id, user_id, tokens, charge } = carried;
  if (!tenant_id || !user_id) return undefined;
  const kind = carried['kind'] ?? (tokens ? 'topup' : charge ? 'subscription' : undefined);
  if (!kind || (kind === 'subscription') !== (tokens === undefined)) return undefined;
  if (tokens !== undefined && !(Number.isSafeInteger(Number(tokens)) && Number(tokens) > 0)) return undefined;
  return { tenant: tenant_id, user: user_id, kind, tokens: Number(tokens ?? 0), recharge: carried['recharge'] };
}
