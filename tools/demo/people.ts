/** Who lives in a demonstration. The first one is who visitors sign in as. */
export const PEOPLE = [
  { name: 'Mira Santos', email: 'mira@demo.example' },
  { name: 'Jonas Weber', email: 'jonas@demo.example' },
  { name: 'Aiko Tanaka', email: 'aiko@demo.example' },
  { name: 'Priya Nair', email: 'priya@demo.example' },
  { name: 'Tom Okafor', email: 'tom@demo.example' },
] as const;

export type PersonName = (typeof PEOPLE)[number]['name'];

/** Who publishes apps: the developer's account is one of the people. */
export const PUBLISHERS: Readonly<Partial<Record<PersonName, { display_name: string; description: string }>>> = {
  'Jonas Weber': { display_name: 'Weber Tools', description: 'Small tools that do one thing well.' },
  'Aiko Tanaka': { display_name: 'Tanaka Studio', description: 'Software for teams that write things down.' },
};

export const REVIEWS = [
  { rating: 5, title: 'Just works', body: 'Installed it on Monday, and my agent has used it ever since. I never think about it any more.' },
  { rating: 4, title: 'Simple and fast', body: 'Does what it says. I would like an export to a spreadsheet.' },
  { rating: 5, title: 'Our whole team uses it', body: 'The permissions are clear, and the price is fair.' },
  { rating: 3, title: 'Good start', body: 'Fine for a few entries. With many I miss a search.' },
] as const;
