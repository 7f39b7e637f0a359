import type { CreditNote, Invoice, InvoiceParty } from '@skep/contracts/billing';
import { buffer } from 'node:stream/consumers';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import PDFDocument from 'pdfkit';

const MARGIN = 56;
const WIDTH = 595.28 - 2 * MARGIN;
const AMOUNT_WIDTH = 120;
const FONTS = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');

/** The invoice or credit note as PDF. The same one gives the same bytes. The font has the letters of European languages. */
export async function renderInvoice(document: Invoice | CreditNote): Promise<Buffer> {
  const { id, issued_at, seller, buyer, lines, total_cents, currency } = document;
  const invoice_id = 'invoice_id' in document ? document.invoice_id : undefined;
  const title = invoice_id ? 'Credit note' : 'Invoice';
  const pdf = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    info: { Title: `${title} ${id}`, CreationDate: issued_at, ModDate: issued_at },
  });
  pdf.registerFont('text', join(FONTS, 'DejaVuSans.ttf')).registerFont('bold', join(FONTS, 'DejaVuSans-Bold.ttf'));
  const bytes = buffer(pdf);
  const row = (description: string, cents: number) => {
    const { y } = pdf;
    const amount = `${(cents / 100).toFixed(2)} ${currency.toUpperCase()}`;
    pdf.text(amount, MARGIN + WIDTH - AMOUNT_WIDTH, y, { width: AMOUNT_WIDTH, align: 'right' });
    pdf.text(description, MARGIN, y, { width: WIDTH - AMOUNT_WIDTH }).moveDown(0.5);
  };
  const rule = () =>
    pdf
      .moveTo(MARGIN, pdf.y)
      .lineTo(MARGIN + WIDTH, pdf.y)
      .lineWidth(0.5)
      .stroke()
      .moveDown(0.5);
  pdf.font('bold').fontSize(18).text(title).moveDown(0.5);
  pdf
    .font('text')
    .fontSize(10)
    .text(`Number: ${id}`)
    .text([`Date: ${issued_at.toISOString().slice(0, 10)}`, ...(invoice_id ? [`Of the invoice ${invoice_id}`] : [])].join('\n'))
    .moveDown();
  for (const [title, party] of [
    ['From', seller],
    ['To', buyer],
  ] as const)
    pdf.font('bold').text(title).font('text').text(linesOf(party)).moveDown();
  rule();
  for (const { description, amount_cents } of lines) row(description, amount_cents);
  rule();
  pdf.font('bold');
  row(invoice_id ? 'Total, refunded' : 'Total, paid', total_cents);
  pdf.end();
  return bytes;
}

const linesOf = ({ name, company, address, country, vat }: InvoiceParty): string =>
  [name, company, address, country, vat && `VAT ${vat}`].filter(Boolean).join('\n') || '–';
