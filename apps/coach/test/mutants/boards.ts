import { e2eTest, type Mutant } from '@skep/testkit';

const START = 'src/board/start-board.js';
const TO_CARD = 'src/board/to-card.js';
const CRASH = e2eTest('boards-crash', 'the coach ends each board once, and shows nothing twice');
const test = (name: string) => e2eTest('boards', name);

/** Boards and check-ins: each would show what belongs to others, show or charge something twice, or show what no one has checked. */
export const boards: Mutant[] = [
  {
    name: 'a board of someone else is found',
    file: 'src/board/board.repository.js',
    find: "const MINE = 'tenant_id = :tenant and user_id = :user';",
    plant: "const MINE = 'tenant_id = :tenant and :user::text is not null';",
    test: test('of another person or tenant does not exist'),
  },
  {
    name: 'a request that is repeated gets a second board',
    file: START,
    find: 'client_request_id = :client_request_id',
    plant: 'client_request_id <> :client_request_id',
    test: test('is one for a client_request_id, however often and at once it is sent'),
  },
  {
    name: 'a request gets the board of someone else',
    file: START,
    find: 'user_id = :user and client_request_id = :client_request_id',
    plant: ':user::text is not null and client_request_id = :client_request_id',
    test: test('is one of its own for each person with the same client_request_id'),
  },
  {
    name: 'two boards of a kind are generated at once',
    file: START,
    find: 'throw BoardRunning(',
    plant: 'void BoardRunning(',
    test: test('is generated while no other of its kind is; the other is named'),
  },
  {
    name: 'a board is about an activity of someone else',
    file: START,
    find: 'throw ActivityNotFound()',
    plant: 'void ActivityNotFound()',
    test: test('of an activity is about one of the person’s'),
  },
  {
    name: 'events have one number',
    file: 'src/board/shown-board.js',
    find: 'seq: this.count++',
    plant: 'seq: this.count',
    test: test('is shown card by card, each with all of it at the end, and is kept'),
  },
  {
    name: 'an attempt does not know what another one has shown',
    file: 'src/board/shown-boards.js',
    find: 'if (attempt === 1)',
    plant: 'if (true)',
    test: CRASH,
  },
  {
    name: 'words that were shown are shown again',
    file: 'src/board/shown-board.js',
    find: 'text: more.slice(known.length)',
    plant: 'text: more',
    test: CRASH,
  },
  {
    name: 'a card without words is shown as finished',
    file: TO_CARD,
    find: "if (type !== 'list' && !text.trim())",
    plant: 'if (false)',
    test: test('says nothing in a summary, or too much, shows no finished card'),
  },
  {
    name: 'a card is not checked',
    file: TO_CARD,
    find: 'return read(BoardCard, ',
    plant: 'return Object.assign(new BoardCard(), ',
    test: test('says nothing in a summary, or too much, shows no finished card'),
  },
  {
    name: 'a plan is not checked',
    file: 'src/board/board-plan.js',
    find: 'must not be empty`',
    plant: '`.slice(0, 0) || undefined',
    test: test('plans a summary of nothing all the time shows none of it'),
  },
  {
    name: 'a budget is not looked at',
    file: 'src/model/spending.js',
    find: 'credits >= most',
    plant: 'false',
    test: test('ends with the budget of the month, before anything is streamed'),
  },
  {
    name: 'a message that is repeated is told of again',
    file: 'src/source/sources.js',
    find: 'do nothing returning created_at',
    plant: 'do update set text = excluded.text returning created_at',
    test: e2eTest('home', 'that is repeated, also at once, is one, with one event that has no words'),
  },
  {
    name: 'a message of someone else is read',
    file: 'src/source/sources.js',
    find: 'findOneBy({ tenant_id, user_id, id })',
    plant: 'findOneBy({ tenant_id, id })',
    test: e2eTest('home', 'is read by services on behalf of its person only'),
  },
  {
    name: 'the Home screen has what belongs to someone else',
    file: 'src/home/home.handlers.js',
    find: "const MINE = 'tenant_id = :tenant and user_id = :user';",
    plant: "const MINE = 'tenant_id = :tenant and :user::text is not null';",
    test: e2eTest('home', 'is that of the person only'),
  },
];
