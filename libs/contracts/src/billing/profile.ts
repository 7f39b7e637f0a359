import { operation } from '../define.js';
import { Instant, Text } from '../fields.js';

/** Who an invoice is for. */
export class BillingProfile {
  @Text({ max: 200 }) name: string = '';
  @Text({ max: 200 }) company: string = '';
  @Text({ max: 32, pattern: /^[A-Za-z0-9 .-]*$/, description: 'A VAT number.' }) vat: string = '';
  @Text({ max: 2, pattern: /^([A-Z]{2})?$/, example: 'DE', description: 'ISO 3166-1 alpha-2.' }) country: string = '';
}

export class SavedBillingProfile extends BillingProfile {
  @Instant() updated_at!: Date;
}

export const profileMembers = {
  updateBillingProfile: operation('Say who your invoices are for', {
    input: BillingProfile,
    output: SavedBillingProfile,
    scope: 'billing:write',
  }),
};
