import { LimitOffsetCursor } from '../common.js';
import { operation, page } from '../define.js';
import { type FieldDocs, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { SentFile } from '../sent-file.js';
import { Invoice } from './invoice.js';

const docs = {
  id: { description: 'Number of the credit note. The numbers of a year have no gaps.', example: 'CN-2026-000007' },
} satisfies Record<string, FieldDocs>;

@Shape('A credit note: what was refunded of an invoice. Its amounts are positive. It never changes.')
export class CreditNote extends Invoice {
  @Text(docs.id) override id!: string;
  @Text({ description: 'Number of the invoice.', example: 'INV-2026-000042' }) invoice_id!: string;
}

@Shape('Identifies a credit note.')
export class CreditNoteRef {
  @Text({ min: 1, max: 64, ...docs.id }) credit_note_id!: string;
}

export const CreditNoteNotFound = problem('credit_note_not_found', 404, 'Credit note not found.');

export const creditNoteMembers = {
  listCreditNotes: operation('List your credit notes', {
    description: 'One for each refund of a payment, or of a part of it, newest first.',
    input: LimitOffsetCursor,
    output: page(CreditNote),
    scope: 'billing:read',
  }),
  getCreditNote: operation('Download a credit note', {
    description: 'As PDF. Every download of a credit note is the same.',
    input: CreditNoteRef,
    output: SentFile,
    problems: [CreditNoteNotFound],
    scope: 'billing:read',
  }),
};
