/** A payment as the provider reports it, with the metadata that Skep attached. */
export interface ReportedPayment {
  id: string;
  /** US cents. */
  cents: number;
  currency: string;
  metadata: Readonly<Record<string, string>>;
}

/** A change of a payment that the provider reports. Updates may arrive twice, late and out of order. */
export type PaymentUpdate =
  | { kind: 'paid'; payment: ReportedPayment }
  | { kind: 'canceled'; id: string }
  /** `refunded_cents`: the total refunded so far. */
  | { kind: 'charged'; payment: ReportedPayment; refunded_cents: number; receipt_url: string | null }
  | { kind: 'disputed'; payment_id: string; dispute_id: string; cents: number; status: 'open' | 'won' | 'lost' };

/** A verified event of the provider. Without `update` it does not concern payments. */
export interface ProviderEvent {
  id: string;
  type: string;
  update?: PaymentUpdate;
}

/** The owner and the purpose of a payment, from its metadata; undefined unless Skep created it. */
export function parsePaymentMetadata({ metadata }: ReportedPayment) {
  const { tenant_id, user_id, tokens, charge } = metadata;
  if (!tenant_id || !user_id) return undefined;
  const kind = metadata['kind'] ?? (tokens ? 'topup' : charge ? 'subscription' : undefined);
  if (!kind || (kind === 'subscription') !== (tokens === undefined)) return undefined;
  if (tokens !== undefined && !(Number.isSafeInteger(Number(tokens)) && Number(tokens) > 0)) return undefined;
  return { tenant: tenant_id, user: user_id, kind, tokens: Number(tokens ?? 0), recharge: metadata['recharge'] };
}
