import type { PersonName } from './people.ts';

interface Field {
  type: 'string' | 'number' | 'integer';
  title: string;
  description?: string;
  enum?: string[];
}

/** An app that keeps entries of one kind, and calls of it as people make them. */
export interface DemoApp {
  app_id: string;
  name: string;
  icon: string;
  by: PersonName;
  category: string;
  short_description: string;
  description: string;
  /** Credits for each new entry. */
  price: number;
  /** What an entry is called, and its fields; the first one is required. */
  entry: string;
  fields: Record<string, Field>;
  entries: Record<string, string | number>[];
}

export const APPS: readonly DemoApp[] = [
  {
    app_id: 'link-shelf',
    name: 'Link Shelf',
    icon: '🔖',
    by: 'Jonas Weber',
    category: 'productivity',
    short_description: 'Keeps links, and gives them back to you and your agents.',
    description:
      'Save a link with a note while you read, and ask for it weeks later.\n\nAgents can save what they find for you, so that the sources of their answers stay.',
    price: 0,
    entry: 'link',
    fields: { url: { type: 'string', title: 'Address' }, note: { type: 'string', title: 'Note', description: 'Why you keep it.' } },
    entries: [
      { url: 'https://modelcontextprotocol.io', note: 'How agents call tools' },
      { url: 'https://www.w3.org/WAI/tips/', note: 'For the new forms' },
      { url: 'https://www.rfc-editor.org/rfc/rfc9457', note: 'Problem details' },
    ],
  },
  {
    app_id: 'team-tasks',
    name: 'Team Tasks',
    icon: '✅',
    by: 'Aiko Tanaka',
    category: 'project-management',
    short_description: 'A list of tasks that people and agents share.',
    description:
      'Add a task, say who does it and how urgent it is.\n\nYour agent can turn the notes of a meeting into tasks, and remind you on Friday of what is still open.',
    price: 2,
    entry: 'task',
    fields: {
      title: { type: 'string', title: 'Task' },
      owner: { type: 'string', title: 'Who does it' },
      urgency: { type: 'string', title: 'Urgency', enum: ['today', 'this week', 'some day'] },
    },
    entries: [
      { title: 'Send the offer to Nordlicht GmbH', owner: 'Mira', urgency: 'today' },
      { title: 'Write the release notes', owner: 'Tom', urgency: 'this week' },
      { title: 'Order the new chairs', owner: 'Priya', urgency: 'some day' },
    ],
  },
  {
    app_id: 'expense-log',
    name: 'Expense Log',
    icon: '🧾',
    by: 'Jonas Weber',
    category: 'finance',
    short_description: 'Writes down what you spend on business trips.',
    description: 'Tell your agent what you paid, and the entry is made. At the end of the month you have the list for accounting.',
    price: 5,
    entry: 'expense',
    fields: {
      what: { type: 'string', title: 'What for' },
      amount: { type: 'number', title: 'Amount in euros' },
      trip: { type: 'string', title: 'Trip' },
    },
    entries: [
      { what: 'Train to Hamburg', amount: 64.9, trip: 'Nordlicht' },
      { what: 'Hotel, two nights', amount: 218, trip: 'Nordlicht' },
      { what: 'Lunch with the client', amount: 41.5, trip: 'Nordlicht' },
    ],
  },
  {
    app_id: 'meeting-notes',
    name: 'Meeting Notes',
    icon: '📝',
    by: 'Aiko Tanaka',
    category: 'notes',
    short_description: 'The decisions of your meetings, in one place.',
    description: 'Short notes instead of long protocols: what was decided, and by whom.',
    price: 3,
    entry: 'note',
    fields: { decision: { type: 'string', title: 'Decision' }, meeting: { type: 'string', title: 'Meeting' } },
    entries: [
      { decision: 'We launch on the 14th.', meeting: 'Launch' },
      { decision: 'Support answers within one working day.', meeting: 'Support' },
    ],
  },
  {
    app_id: 'customer-voice',
    name: 'Customer Voice',
    icon: '💬',
    by: 'Aiko Tanaka',
    category: 'customer-support',
    short_description: 'Collects what customers say, in their own words.',
    description: 'Every praise and every complaint, with its source. Your agent reads the mail, and you read the summary.',
    price: 4,
    entry: 'quote',
    fields: {
      quote: { type: 'string', title: 'In their words' },
      customer: { type: 'string', title: 'Customer' },
      mood: { type: 'string', title: 'Mood', enum: ['happy', 'neutral', 'angry'] },
    },
    entries: [
      { quote: 'The new search saves me an hour a day.', customer: 'Nordlicht GmbH', mood: 'happy' },
      { quote: 'Where did the export go?', customer: 'Atelier Brun', mood: 'angry' },
    ],
  },
  {
    app_id: 'reading-list',
    name: 'Reading List',
    icon: '📚',
    by: 'Jonas Weber',
    category: 'education',
    short_description: 'Books and papers that you want to read.',
    description: 'A list, and nothing more.',
    price: 0,
    entry: 'book',
    fields: { title: { type: 'string', title: 'Title' }, author: { type: 'string', title: 'Author' } },
    entries: [
      { title: 'The Design of Everyday Things', author: 'Don Norman' },
      { title: 'Thinking in Systems', author: 'Donella Meadows' },
    ],
  },
];
