import { readTotals } from './lib/totals.js';

const node = (type, props) => ({ type, props });

export async function overview(ctx) {
  const { total, by_category } = await readTotals(ctx);
  return node('Stack', {
    gap: 4,
    children: [
      node('Stat', { label: 'Spent', value: `${total.toFixed(2)} €`, icon: 'ReceiptText' }),
      by_category.length
        ? node('Chart', { chart_type: 'bar', title: 'By category', data: by_category, x_key: 'category' })
        : node('Empty', { message: 'No expenses yet.' }),
      node('Form', {
        action: 'add_expense',
        submit_label: 'Add',
        children: [
          node('Input', { label: 'What for', param_name: 'what', required: true }),
          node('Input', { label: 'Category', param_name: 'category', required: true }),
          node('Input', { label: 'Euros', param_name: 'euros', type: 'number', required: true }),
        ],
      }),
    ],
  });
}
