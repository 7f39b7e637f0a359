import { LimitOffsetCursor, Empty } from '../common.js';
import { operation, page } from '../define.js';
import { type FieldDocs, Instant, Int, List, Nested, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { SentFile } from '../sent-file.js';

const docs = {
  id: { description: 'Number of the invoice. The numbers of a year have no gaps.', example: 'INV-2026-000042' },
} satisfies Record<string, FieldDocs>;

@Shape('The seller on invoices.')
export class InvoiceSeller {
  @Text({ max: 200, description: 'Name of the company.', example: 'Example Ltd' }) name: string = '';
  @Text({ max: 500, description: 'Address, in lines.', example: '1 Main Street\nDublin' }) address: string = '';
  @Text({ max: 50, description: 'VAT number.', example: 'IE1234567X' }) vat: string = '';
}

@Shape('Who sells or buys, at the time of the invoice. Empty if they had not said.')
export class InvoiceParty {
  @Text({ description: 'Name.', example: 'Ada Lovelace' }) name: string = '';
  @Text({ description: 'Company.', example: 'Analytical Engines' }) company: string = '';
  @Text({ description: 'Address, in lines.' }) address: string = '';
  @Text({ description: 'VAT number.', example: 'GB123456789' }) vat: string = '';
  @Text({ description: 'Country, as ISO 3166-1 alpha-2.', example: 'GB' }) country: string = '';
}

@Shape('What was paid for.')
export class InvoiceLine {
  @Text({ description: 'What it is.', example: '20000 credits' }) description!: string;
  @Int({ description: 'Amount in cents.', example: 2000 }) amount_cents!: number;
}

@Shape('An invoice. It never changes.')
export class Invoice {
  @Text(docs.id) id!: string;
  @Text({ description: 'The payment.', example: 'pi_3Q' }) payment_id!: string;
  @Instant({ description: 'When the payment succeeded.' }) issued_at!: Date;
  @Nested(() => InvoiceParty, { description: 'The seller.' }) seller!: InvoiceParty;
  @Nested(() => InvoiceParty, { description: 'The buyer: their billing profile at that time.' }) buyer!: InvoiceParty;
  @List(() => InvoiceLine, { description: 'What was paid for.' }) lines!: InvoiceLine[];
  @Int({ description: 'Total in cents.', example: 2000 }) total_cents!: number;
  @Text({ description: 'Currency of the amounts.', example: 'usd' }) currency!: string;
}

@Shape('Identifies an invoice.')
export class InvoiceRef {
  @Text({ min: 1, max: 64, ...docs.id }) invoice_id!: string;
}

export const InvoiceNotFound = problem('invoice_not_found', 404, 'Invoice not found.');

export const invoiceMembers = {
  listInvoices: operation('List your invoices', {
    description: 'One for each top-up and each payment of a plan that succeeded, newest first.',
    input: LimitOffsetCursor,
    output: page(Invoice),
    scope: 'billing:read',
  }),
  getInvoice: operation('Download an invoice', {
    description: 'As PDF. Every download of an invoice is the same.',
    input: InvoiceRef,
    output: SentFile,
    problems: [InvoiceNotFound],
    scope: 'billing:read',
  }),
  getInvoiceSeller: operation('Read the seller on invoices (services only)', {
    description: 'Who future invoices name as the seller.',
    input: Empty,
    output: InvoiceSeller,
  }),
  updateInvoiceSeller: operation('Change the seller on invoices (services only)', {
    description: 'Applies to the invoices of later payments.',
    input: InvoiceSeller,
    output: InvoiceSeller,
  }),
};
