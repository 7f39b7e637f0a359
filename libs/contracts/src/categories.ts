import { ValidateBy } from 'class-validator';
import { field, type FieldDocs } from './fields.js';

type Row = readonly [id: string, name: string, icon: string];
const group = (id: string, name: string, ...rows: Row[]) => ({
  id,
  name,
  categories: rows.map(([id, name, icon]) => ({ id, name, icon })),
});

/** The categories of apps, by group. */
export const CATEGORY_GROUPS = [
  group(
    'work',
    'Work',
    ['productivity', 'Productivity', '⚡'],
    ['general', 'General', '📦'],
    ['office', 'Office', '🗂'],
    ['documents', 'Documents', '📄'],
    ['project-management', 'Project Management', '📋'],
    ['calendar', 'Calendar & Scheduling', '📅'],
    ['notes', 'Notes', '📝'],
    ['automation', 'Automation', '⚙'],
    ['human-resources', 'Human Resources', '🧑'],
    ['legal', 'Legal', '⚖'],
  ),
  group(
    'business',
    'Business',
    ['business', 'Business', '💼'],
    ['finance', 'Finance', '💰'],
    ['accounting', 'Accounting', '🧾'],
    ['crm', 'CRM', '🤝'],
    ['sales', 'Sales', '📈'],
    ['ecommerce', 'E-commerce', '🛒'],
    ['customer-support', 'Customer Support', '🎧'],
  ),
  group(
    'marketing',
    'Marketing',
    ['marketing', 'Marketing', '📣'],
    ['seo', 'SEO', '🔍'],
    ['advertising', 'Advertising', '🎯'],
    ['web-analytics', 'Web Analytics', '📉'],
    ['social-media', 'Social Media', '🌐'],
    ['content-creation', 'Writing & Content', '✍'],
  ),
  group(
    'communication',
    'Communication',
    ['communication', 'Communication', '💬'],
    ['email', 'E-mail', '📧'],
    ['messaging', 'Messaging & Chat', '💬'],
  ),
  group(
    'technology',
    'Technology',
    ['developer-tools', 'Developer Tools', '🛠'],
    ['data', 'Data & Databases', '🗄'],
    ['monitoring', 'Monitoring', '📟'],
    ['security', 'Security', '🔒'],
    ['system', 'System', '🖥'],
    ['tools', 'Tools', '🔧'],
    ['utilities', 'Utilities', '🧰'],
  ),
  group('ai', 'AI', ['ai-agents', 'AI Agents', '🤖'], ['ai-media', 'AI Media Generation', '🎨'], ['research', 'Research', '🔬']),
  group(
    'life',
    'Life',
    ['education', 'Education', '🎓'],
    ['health', 'Health & Fitness', '🩺'],
    ['travel', 'Travel', '✈'],
    ['food', 'Food & Drink', '🍽'],
    ['news', 'News', '📰'],
    ['entertainment', 'Entertainment', '🎬'],
    ['games', 'Games', '🎮'],
    ['home', 'Home', '🏠'],
  ),
];

/** The preselected category of a form. */
export const DEFAULT_CATEGORY = 'productivity';

const spelling = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
const ALL = CATEGORY_GROUPS.flatMap(({ categories }) => categories);
const BY_SPELLING = new Map(ALL.flatMap((category) => [category.id, category.name].map((text) => [spelling(text), category])));

/** Finds a category by its id or name in any spelling: `developer_tools` and `Developer Tools` are `developer-tools`. */
export const categoryOf = (text: string) => BY_SPELLING.get(spelling(text));

/** The id of a category of the catalogue, or an empty text. Names and other spellings are converted to the id. */
export const CategoryId = (docs: FieldDocs = {}): PropertyDecorator =>
  field(
    {
      schema: { type: 'string', maxLength: 50, description: 'An id from `GET /v1/marketplace/categories/catalog`.' },
      convert: (value) => (typeof value === 'string' ? (categoryOf(value)?.id ?? value.trim()) : value),
    },
    docs,
    ValidateBy({
      name: 'isCategory',
      validator: {
        validate: (value: unknown) => value === '' || (typeof value === 'string' && categoryOf(value) !== undefined),
        defaultMessage: (broken) => `${broken?.property} must be an id from GET /v1/marketplace/categories/catalog`,
      },
    }),
  );
