import { Aggregate, keepForEver } from '@skep/platform';
import { PricingModule } from '../pricing/pricing.module.js';
import { CreditNoteSeriesEntity } from './credit-note-series.entity.js';
import { CreditNoteEntity } from './credit-note.entity.js';
import { InvoiceSeriesEntity } from './invoice-series.entity.js';
import { InvoiceEntity } from './invoice.entity.js';
import { InvoiceHandlers } from './invoice.handlers.js';
import { InvoiceRepository } from './invoice.repository.js';

@Aggregate({
  imports: [PricingModule],
  readOnly: [InvoiceEntity, InvoiceSeriesEntity, CreditNoteEntity, CreditNoteSeriesEntity],
  retention: [
    keepForEver(InvoiceEntity, 'laws require invoices for years'),
    keepForEver(CreditNoteEntity, 'laws require credit notes for years'),
  ],
  handlers: [InvoiceHandlers],
  providers: [InvoiceRepository],
})
export class InvoiceModule {}
