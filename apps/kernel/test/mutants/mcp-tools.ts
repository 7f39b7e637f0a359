import { e2eTest as test, type Mutant } from '@skep/testkit';

const CALL = 'src/call/call-mcp-tool.js';
const PINS = 'src/mcp/tool-pins.js';
const RELAY = 'src/mcp/mcp-relay.js';
const STATES = 'src/mcp/request-states.js';
const drift = (what: string) => test('mcp-tools', `is refused, unsent, while its ${what} is not what was reviewed, and others are not`);
const ONCE = 'is answered once, by its user, about the same call';

/** Rules of tools of MCP servers. */
export const mcpTools: Mutant[] = [
  {
    name: 'a changed tool is called',
    file: PINS,
    find: 'pins.get(tool) !== pin',
    plant: '!pins.has(tool)',
    test: drift('description'),
  },
  {
    name: 'a pin does not cover the annotations',
    file: 'src/mcp/pin.js',
    find: 'const definition = { name, description, inputSchema, outputSchema, annotations };',
    plant: 'const definition = { name, description, inputSchema, outputSchema };',
    test: drift('annotations'),
  },
  {
    name: 'a program sees the settings of the kernel',
    file: 'src/mcp/mcp-commands.js',
    find: "...listed, stderr: 'ignore'",
    plant: "...listed, env: process.env, stderr: 'ignore'",
    test: test('mcp-commands', 'that runs for one call, with its own environment alone'),
  },
  {
    name: 'a line break of an argument reaches the headers',
    file: 'src/mcp/param-headers.js',
    find: 'PLAIN.test(value) && ',
    plant: '',
    test: test('mcp-tools', 'sends the arguments that the server wants in headers, if its revision knows them'),
  },
  {
    name: 'a pin depends on the order of keys',
    library: 'contracts',
    file: 'src/canonical-json.js',
    find: '(a < b ? -1 : 1)',
    plant: '0',
    test: test('mcp-tools', 'is the same in another order, of tools and of keys'),
  },
  {
    name: 'a list of tools holds for ever',
    file: PINS,
    find: 'Math.min(ttlMs, TTL_MAX_MS) })',
    plant: 'TTL_MAX_MS })',
    test: test('mcp-tools', 'is compared again when the time of the list has passed'),
  },
  {
    name: 'the credential of one user is used for another',
    file: 'src/mcp/mcp-credentials.js',
    find: 'const ctx = { ...caller, idempotencyKey: undefined };',
    plant: "const ctx = { ...caller, user: 'imp_u_ada', idempotencyKey: undefined };",
    test: test('mcp-tools', "takes each user's own credential, and nothing else of the caller"),
  },
  {
    name: 'a call without a credential goes up',
    file: 'src/mcp/mcp-credentials.js',
    find: 'throw error instanceof Problem && MISSING.includes(error.body.code) ? required(secret, provider) : error;',
    plant: "return '';",
    test: test('mcp-tools', 'without a credential says which is missing, and nothing goes up'),
  },
  {
    name: 'an MCP server is called without the permission',
    file: CALL,
    find: 'if (!app.permissions.has(SERVER_CALL))',
    plant: 'if (false)',
    test: test('mcp-tools', 'without the permission calls nothing'),
  },
  {
    name: 'a result need not match the reviewed schema',
    file: CALL,
    find: "validatorOf(fn, 'return_schema')(structured)",
    plant: 'undefined',
    test: test('mcp-tools', 'whose result does not match the reviewed schema is a failure'),
  },
  {
    name: 'an answer may have any size',
    file: 'src/mcp/mcp-client.js',
    find: 'maxBytes: this.config.SKEP_MCP_MAX_BYTES, signal',
    plant: 'maxBytes: 1e9, signal',
    test: test('mcp-tools', 'of a server that is huge fails'),
  },
  {
    name: 'an MCP server may redirect',
    file: 'src/mcp/mcp-client.js',
    find: 'redirects: 0',
    plant: 'redirects: 5',
    test: test('mcp-tools', 'of a server that is redirect fails'),
  },
  {
    name: 'an MCP server asks for what was not reviewed',
    file: RELAY,
    find: "['elicitation', ...relays]",
    plant: "['elicitation', 'sampling', 'roots']",
    test: test('mcp-tools', 'for sampling passes only where the release and the client allow it'),
  },
  {
    name: 'a state is good for another user',
    file: STATES,
    find: 'sealed?.user === user && ',
    plant: 'sealed !== undefined && ',
    test: test('mcp-tools', ONCE),
  },
  {
    name: 'a state is good for another call',
    file: STATES,
    find: 'sealed.subject === subject',
    plant: 'true',
    test: test('mcp-tools', ONCE),
  },
  {
    name: 'a state is good twice',
    file: STATES,
    find: '!(await this.tokens.markUsed(sealed))',
    plant: 'false',
    test: test('mcp-tools', ONCE),
  },
  {
    name: 'prompts pass to a server without the permission',
    file: 'src/mcp-requests/request-mcp-server.js',
    find: 'if (!server || !permissions.has(SERVER_CALL))',
    plant: 'if (!server)',
    test: test('mcp-tools', 'are not for who does not have the app or its permission, and not of an app without a server'),
  },
];
