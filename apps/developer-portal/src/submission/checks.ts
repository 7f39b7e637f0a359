import type { SubmissionCheck } from '@skep/contracts/portal';
import type { AppEntity } from '../app/app.entity.js';
import { suspensionMessage } from '../app/app-status.js';
import { hasAllPrices } from '../app/pricing.js';

type CheckedApp = Pick<
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
  passes: (app: CheckedApp, hasDeployed: boolean) => boolean;
  /** What the developer must do if it fails. */
  advice: string | ((app: CheckedApp) => string);
}

/** The checks that an app must pass before it is reviewed. */
const RULES: readonly Rule[] = [
  {
    name: 'not_suspended',
    passes: ({ suspend_reason }) => suspend_reason === null,
    advice: ({ suspend_reason }) => suspensionMessage(suspend_reason ?? ''),
  },
  { name: 'has_successful_deploy', passes: (_, hasDeployed) => hasDeployed, advice: 'Deploy the app successfully at least once.' },
  {
    name: 'ir_valid',
    passes: ({ runnable }) => runnable,
    advice: 'The latest release must contain a valid IR, so that the app can run.',
  },
  { name: 'has_name', passes: ({ name }) => name.trim() !== '', advice: 'Set a name.' },
  {
    name: 'has_description',
    passes: ({ short_description, description }) => (short_description || description).trim() !== '',
    advice: 'Set short_description or description.',
  },
  { name: 'has_category', passes: ({ category }) => category.trim() !== '', advice: 'Set a category.' },
  {
    name: 'functions_described',
    passes: ({ functions }) => functions.length > 0 && functions.every(({ description }) => description.trim() !== ''),
    advice: 'The latest release must have at least one function, and every function a description.',
  },
  {
    name: 'has_prices',
    passes: ({ pricing_model, pricing_config }) => hasAllPrices(pricing_model, pricing_config),
    advice: 'Set the prices that the pricing model requires in pricing_config.',
  },
  {
    name: 'prices_of_functions',
    passes: (app) => findUnknownPrices(app).length === 0,
    advice: (app) =>
      `tool_prices has prices for functions that the latest release does not have: ${findUnknownPrices(app).join(', ').slice(0, 500)}. Correct or remove them.`,
  },
];

/** The names in `tool_prices` that are not functions of the app. */
function findUnknownPrices({ functions, pricing_config }: CheckedApp): string[] {
  const known = new Set(functions.map(({ name }) => name));
  return Object.keys(pricing_config?.['tool_prices'] ?? {}).filter((name) => !known.has(name));
}

/** The result of every rule. */
export const runChecks = (app: CheckedApp, hasDeployed: boolean): SubmissionCheck[] =>
  RULES.map(({ name, passes, advice }) => {
    const passed = passes(app, hasDeployed);
    return { name, passed, message: passed ? 'ok' : typeof advice === 'string' ? advice : advice(app) };
  });
