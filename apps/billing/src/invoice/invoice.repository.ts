import type { Page } from '@skep/contracts';
import type { InvoiceLine, InvoiceParty } from '@skep/contracts/billing';
import { as, type Ctx, Database, defineList, type Paging } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { CreditNoteEntity } from './credit-note.entity.js';
import { InvoiceEntity } from './invoice.entity.js';

const COLUMNS = 'id, payment_id, issued_at, seller, buyer, lines, total_cents, currency';
const ROW = {
  id: 'text',
  payment_id: 'text',
  issued_at: 'timestamptz',
  seller: as<Partial<InvoiceParty>>('jsonb'),
  buyer: as<Partial<InvoiceParty>>('jsonb'),
  lines: as<InvoiceLine[]>('jsonb'),
  total_cents: 'int8',
  currency: 'text',
} as const;
/** With tenant and user, the indexes invoice_owner and credit_note_owner. */
const ORDERS = {
  newest: [
    ['issued_at', 'timestamptz', 'desc'],
    ['id', 'text', 'desc'],
  ],
} as const;
const OWN = ['tenant_id = :tenant', 'user_id = :user'];
const INVOICES = defineList({ select: COLUMNS, from: 'invoice', orders: ORDERS }, ROW);
const CREDIT_NOTES = defineList({ select: `${COLUMNS}, invoice_id`, from: 'credit_note', orders: ORDERS }, ROW, { invoice_id: 'text' });

type ListedInvoice = NonNullable<(typeof INVOICES)['row']>;
type ListedCreditNote = NonNullable<(typeof CREDIT_NOTES)['row']>;

/** Invoices and credit notes of users. */
@Injectable()
export class InvoiceRepository {
  constructor(private readonly db: Database) {}

  /** The caller's invoices, newest first. */
  list({ tenant, user }: Ctx, paging: Paging): Promise<Page<ListedInvoice>> {
    return this.db.page(INVOICES, { order: 'newest', where: OWN, values: { tenant, user } }, paging);
  }

  /** An invoice of the caller. */
  find({ tenant, user }: Ctx, id: string): Promise<InvoiceEntity | null> {
    return this.db.repository(InvoiceEntity).findOneBy({ id, tenant_id: tenant, user_id: user });
  }

  /** The caller's credit notes, newest first. */
  listCreditNotes({ tenant, user }: Ctx, paging: Paging): Promise<Page<ListedCreditNote>> {
    return this.db.page(CREDIT_NOTES, { order: 'newest', where: OWN, values: { tenant, user } }, paging);
  }

  /** A credit note of the caller. */
  findCreditNote({ tenant, user }: Ctx, id: string): Promise<CreditNoteEntity | null> {
    return this.db.repository(CreditNoteEntity).findOneBy({ id, tenant_id: tenant, user_id: user });
  }
}
