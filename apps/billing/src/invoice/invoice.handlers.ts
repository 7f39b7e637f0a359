import type { LimitOffsetCursor, SentFile } from '@skep/contracts';
import {
  billing,
  CreditNoteNotFound,
  type CreditNoteRef,
  type Invoice,
  InvoiceNotFound,
  InvoiceParty,
  type InvoiceRef,
  type InvoiceSeller,
} from '@skep/contracts/billing';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { PriceSettings } from '../pricing/price-settings.js';
import { assertUser } from '../wallet/wallet.repository.js';
import type { CreditNoteEntity } from './credit-note.entity.js';
import type { InvoiceEntity } from './invoice.entity.js';
import { InvoiceRepository } from './invoice.repository.js';

/** Operations on invoices. */
@Handlers()
export class InvoiceHandlers {
  constructor(
    private readonly invoices: InvoiceRepository,
    private readonly prices: PriceSettings,
  ) {}

  @Handle(billing.listInvoices)
  async listInvoices(ctx: Ctx, paging: LimitOffsetCursor) {
    assertUser(ctx);
    const page = await this.invoices.list(ctx, paging);
    return { ...page, rows: page.rows.map(toInvoice) };
  }

  @Handle(billing.getInvoice)
  async getInvoice(ctx: Ctx, { invoice_id }: InvoiceRef): Promise<SentFile> {
    assertUser(ctx);
    const invoice = await this.invoices.find(ctx, invoice_id);
    if (!invoice) throw InvoiceNotFound();
    return toPdf(invoice);
  }

  @Handle(billing.listCreditNotes)
  async listCreditNotes(ctx: Ctx, paging: LimitOffsetCursor) {
    assertUser(ctx);
    const page = await this.invoices.listCreditNotes(ctx, paging);
    return { ...page, rows: page.rows.map(toInvoice) };
  }

  @Handle(billing.getCreditNote)
  async getCreditNote(ctx: Ctx, { credit_note_id }: CreditNoteRef): Promise<SentFile> {
    assertUser(ctx);
    const note = await this.invoices.findCreditNote(ctx, credit_note_id);
    if (!note) throw CreditNoteNotFound();
    return toPdf(note);
  }

  @Handle(billing.getInvoiceSeller)
  getInvoiceSeller() {
    return this.prices.get('invoice-seller');
  }

  @Handle(billing.updateInvoiceSeller)
  updateInvoiceSeller(ctx: Ctx, seller: InvoiceSeller) {
    return this.prices.set(ctx, 'invoice-seller', seller);
  }
}

/** What was not known at the time is empty. */
const toInvoice = <T extends Omit<InvoiceEntity, 'tenant_id' | 'user_id'>>(invoice: T): T & Invoice => ({
  ...invoice,
  seller: { ...new InvoiceParty(), ...invoice.seller },
  buyer: { ...new InvoiceParty(), ...invoice.buyer },
});

async function toPdf(document: InvoiceEntity | CreditNoteEntity): Promise<SentFile> {
  // The library and its fonts take 28 MiB, so they are loaded when a document is read.
  const { renderInvoice } = await import('./render-invoice.js');
  const content = (await renderInvoice(toInvoice(document))).toString('base64');
  return { name: `${document.id}.pdf`, media_type: 'application/pdf', content };
}
