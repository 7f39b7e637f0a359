import { contract } from '../define.js';
import { autoTopupMembers } from './auto-topup.js';
import { budgetMembers } from './budget.js';
import { earningsMembers } from './earnings.js';
import { holdMembers } from './hold.js';
import { creditNoteMembers } from './credit-note.js';
import { invoiceMembers } from './invoice.js';
import { paymentMembers } from './payment.js';
import { payoutMembers } from './payout.js';
import { planMembers } from './plan.js';
import { pricingMembers } from './pricing.js';
import { profileMembers } from './profile.js';
import { reconciliationMembers } from './reconciliation.js';
import { refundMembers } from './refund.js';
import { subscriptionMembers } from './subscription.js';
import { tierMembers } from './tier.js';
import { topupMembers } from './topup.js';
import { usageMembers } from './usage.js';
import { walletMembers } from './wallet.js';

export * from './auto-topup.js';
export * from './budget.js';
export * from './earnings.js';
export * from './fees.js';
export * from './hold.js';
export * from './credit-note.js';
export * from './invoice.js';
export * from './payment.js';
export * from './plan.js';
export * from './pricing.js';
export * from './profile.js';
export * from './reconciliation.js';
export * from './refund.js';
export * from './subscription.js';
export * from './payout.js';
export * from './tier.js';
export * from './topup.js';
export * from './usage.js';
export * from './wallet.js';

export const billing = contract('billing', {
  ...walletMembers,
  ...usageMembers,
  ...planMembers,
  ...pricingMembers,
  ...reconciliationMembers,
  ...subscriptionMembers,
  ...profileMembers,
  ...topupMembers,
  ...holdMembers,
  ...budgetMembers,
  ...earningsMembers,
  ...refundMembers,
  ...payoutMembers,
  ...tierMembers,
  ...paymentMembers,
  ...invoiceMembers,
  ...creditNoteMembers,
  ...autoTopupMembers,
});
