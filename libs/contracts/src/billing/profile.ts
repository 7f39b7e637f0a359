import { operation } from '../define.js';
import { Instant, Shape, Text } from '../fields.js';

@Shape('The recipient of invoices. An empty text means that there is no value.')
export class BillingProfile {
  @Text({ max: 200, description: 'Name of the person.', example: 'Ada Lovelace' }) name: string = '';
  @Text({ max: 200, description: 'Name of the company.', example: 'Analytical Engines Ltd' }) company: string = '';
  @Text({ max: 32, pattern: /^[A-Za-z0-9 .-]*$/, description: 'VAT number.', example: 'DE123456789' }) vat: string = '';
  @Text({ max: 2, pattern: /^([A-Z]{2})?$/, description: 'Country, as in ISO 3166-1 alpha-2.', example: 'DE' }) country: string = '';
}

@Shape('The saved recipient of invoices.')
export class SavedBillingProfile extends BillingProfile {
  @Instant({ description: 'When it last changed.' }) updated_at!: Date;
}

export const profileMembers = {
  updateBillingProfile: operation('Update your billing profile', {
    description: 'Replaces the recipient of your invoices. Fields that you leave out become empty.',
    input: BillingProfile,
    output: SavedBillingProfile,
    scope: 'billing:write',
  }),
};
