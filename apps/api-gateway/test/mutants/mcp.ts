import { e2eTest as test, type Mutant } from '@skep/testkit';

const TOKENS = 'src/auth/access-tokens.js';
const DOOR = 'src/apis/mcp/mcp-door.js';
const QUESTIONS = 'src/apis/mcp/questions.js';
const WRONG = test('mcp-access', 'is refused if another audience, issuer, type or time is in it');
const ONLY = test('mcp', 'is good for its person, function and arguments only');

/** Rules of the MCP server. */
export const mcp: Mutant[] = [
  {
    name: 'an MCP access token works at the address of another one',
    file: TOKENS,
    find: '|| !resources.includes(user.mcp.resource)',
    plant: '|| !user.mcp.resource',
    test: WRONG,
  },
  {
    name: 'an MCP access token of another issuer works',
    file: TOKENS,
    find: 'user.mcp?.issuer !== issuer',
    plant: '!user.mcp',
    test: WRONG,
  },
  {
    name: 'an MCP access token works on every route',
    file: TOKENS,
    find: 'if (user.mcp)',
    plant: 'if (false)',
    test: test('mcp-access', 'is refused everywhere else'),
  },
  {
    name: 'MCP needs no scope',
    file: DOOR,
    find: 'assertScope(caller, MCP_SCOPE);',
    plant: '',
    test: test('mcp-access', 'needs the scope, and says so'),
  },
  {
    name: 'pages of other sites may call MCP',
    file: DOOR,
    find: 'origin !== undefined &&',
    plant: 'false &&',
    test: test('mcp-access', 'is refused by its Origin'),
  },
  {
    name: 'MCP takes any Host',
    file: DOOR,
    find: 'if (own === undefined)',
    plant: 'if (false)',
    test: test('mcp-access', 'is refused by its Host'),
  },
  {
    name: 'the state of a question is good twice',
    file: QUESTIONS,
    find: "status === 'pending' &&",
    plant: '',
    test: test('mcp', 'is good once'),
  },
  {
    name: 'the state of a question is good for other arguments',
    file: QUESTIONS,
    find: '&& isDeepStrictEqual(params, args)',
    plant: '',
    test: ONLY,
  },
  {
    name: 'the state of a question is good for another function',
    file: QUESTIONS,
    find: '&& name === called.fn.name',
    plant: '',
    test: ONLY,
  },
  {
    name: 'a client confirms what affects what its person pays',
    file: QUESTIONS,
    find: "kind === 'confirmation' && app_id",
    plant: 'app_id',
    test: test('mcp', 'is not enough for what affects what its person pays'),
  },
];
