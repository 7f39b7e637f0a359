import type { SubmissionCheck } from '@skep/contracts';
import type { AppEntity } from '../app/app.entity.js';
import { suspendedFor } from '../app/app-status.js';
import { isPriced } from '../app/pricing.js';

type Checked = Pick<
  AppEntity,
  | 'name'
  | 'short_description'
  | 'description'
  | 'category'
  | 'functions'
  | 'runnable'
  | 'pricing_model'
  | 'pricing_config'
  | 'suspend_reason'
>;
interface Rule {
  name: string;
  holds: (app: Checked, hasDeployed: boolean) => boolean;
  /** What to do about it. */
  advice: string | ((app: Checked) => string);
}

/** What an app must be before a person looks at it. */
const RULES: readonly Rule[] = [
  {
    name: 'not_suspended',
    holds: ({ suspend_reason }) => suspend_reason === null,
    advice: ({ suspend_reason }) => suspendedFor(suspend_reason ?? ''),
  },
  { name: 'has_successful_deploy', holds: (_, hasDeployed) => hasDeployed, advice: 'Deploy the app successfully at least once.' },
  { name: 'ir_valid', holds: ({ runnable }) => runnable, advice: 'The newest release must hold a valid IR, so that the app can run.' },
  { name: 'has_name', holds: ({ name }) => name.trim() !== '', advice: 'Give the app a name.' },
  {
    name: 'has_description',
    holds: ({ short_description, description }) => (short_description || description).trim() !== '',
    advice: 'Describe the app.',
  },
  { name: 'has_category', holds: ({ category }) => category.trim() !== '', advice: 'Choose a category.' },
  {
    name: 'functions_described',
    holds: ({ functions }) => functions.length > 0 && functions.every(({ description }) => description.trim() !== ''),
    advice: 'The app needs a function, and each function a description.',
  },
  {
    name: 'has_prices',
    holds: ({ pricing_model, pricing_config }) => isPriced(pricing_model, pricing_config),
    advice: 'Set the prices that the pricing model asks for.',
  },
  {
    name: 'prices_of_functions',
    holds: (app) => pricedUnknown(app).length === 0,
    advice: (app) =>
      `These prices name no function of the newest release: ${pricedUnknown(app).join(', ').slice(0, 500)}. Correct or remove them.`,
  },
];

/** The names in `tool_prices` that are no function of the app. */
function pricedUnknown({ functions, pricing_config }: Checked): string[] {
  const known = new Set(functions.map(({ name }) => name));
  return Object.keys(pricing_config?.['tool_prices'] ?? {}).filter((name) => !known.has(name));
}

/** Every rule, held or not. */
export const checksOf = (app: Checked, hasDeployed: boolean): SubmissionCheck[] =>
  RULES.map(({ name, holds, advice }) => {
    const passed = holds(app, hasDeployed);
    return { name, passed, message: passed ? 'ok' : typeof advice === 'string' ? advice : advice(app) };
  });
