import { e2eTest, type Mutant } from '@skep/testkit';

const CONNECTED = 'src/node/connected-nodes.js';
const PAIRING = 'src/pairing/pairing.repository.js';
const INVOCATIONS = 'src/invocation/invocation.repository.js';
const RUN = 'src/invocation/invocation-run.js';
const VISIBLE = e2eTest('pairing', 'is decided on from its network, and by administrators of the operator; for others it does not exist');
const TOKEN = e2eTest('pairing', 'opens nothing unless all of it is right');
const RESULT = e2eTest('commands', 'counts only from the node that was asked, once, while the command waits for it');
const REMEMBERED = e2eTest('commands', 'may be remembered: for this node and all of the command, until it is forgotten');
const SHOWN = e2eTest('commands', 'waits for it, and is shown as it is sent');

/** Planted bugs: each would let someone use a node that is not theirs, or a command run that its person has not approved. */
export const mutants: Mutant[] = [
  {
    name: 'a device that asks is decided on from any network',
    file: PAIRING,
    find: "'expires_at > now() and (network = :network or :is_operator::bool)'",
    plant: "'expires_at > now() and (:network::text is not null or :is_operator::bool)'",
    test: VISIBLE,
  },
  {
    name: 'administrators of any tenant decide on devices that ask',
    file: PAIRING,
    find: "tenant === 'default' && ",
    plant: '',
    test: VISIBLE,
  },
  {
    name: 'a service that acts for someone decides on devices of its own network',
    file: PAIRING,
    find: "const isPerson = actor === 'user' || actor.startsWith('key:');",
    plant: 'const isPerson = actor !== null;',
    test: VISIBLE,
  },
  {
    name: 'a pairing request does not expire',
    file: PAIRING,
    find: "const VISIBLE = 'expires_at > now() and ",
    plant: "const VISIBLE = '",
    test: e2eTest('pairing', 'waits for five minutes, or until it leaves'),
  },
  {
    name: 'a network has any number of pairing requests',
    file: PAIRING,
    find: 'of_network >= MAX_PAIRING_REQUESTS || ',
    plant: '',
    test: e2eTest('pairing', 'shares a limit with its network, also at once; a socket asks once at a time'),
  },
  {
    name: 'a node signs in before it is approved',
    file: CONNECTED,
    find: 'node?.approved_at && isTokenOf',
    plant: 'node && isTokenOf',
    test: e2eTest('pairing', 'signs in once it is approved, with either token'),
  },
  {
    name: 'the id in a token is enough to sign in',
    file: CONNECTED,
    find: 'isTokenOf(node.token_hashes, token)',
    plant: 'true',
    test: TOKEN,
  },
  {
    name: 'a node is approved by someone else',
    file: 'src/node/node.repository.js',
    find: 'where id = :id and ${MINE} and approved_at is null',
    plant: 'where id = :id and (:tenant::text || :user::text) is not null and approved_at is null',
    test: e2eTest('pairing', 'signs in once it is approved, with either token'),
  },
  {
    name: 'a removed node keeps its socket',
    file: 'src/removal/removal.handlers.js',
    find: "await this.sockets.close(socket_id, 'removed');",
    plant: '',
    test: e2eTest('pairing', 'of a removed node opens nothing, and its socket closes'),
  },
  {
    name: 'a result counts from any node',
    file: INVOCATIONS,
    find: 'where id = :id and node_id = :node_id and state',
    plant: 'where id = :id and :node_id::text is not null and state',
    test: RESULT,
  },
  {
    name: 'a result counts before the command was approved',
    file: INVOCATIONS,
    find: "and state = 'sent' returning run_id",
    plant: "and state <> 'ended' returning run_id",
    test: e2eTest('commands', 'does not count before the command was approved'),
  },
  {
    name: 'a shell command runs without an approval',
    file: 'src/invocation/commands.js',
    find: "'system.run': { group: 'shell', asks: 'always' }",
    plant: "'system.run': { group: 'shell', asks: 'never' }",
    test: SHOWN,
  },
  {
    name: 'agents need no more approvals than people',
    file: 'src/invocation/commands.js',
    find: "(asks === 'agents' && invoker === 'agent')",
    plant: 'false',
    test: e2eTest('commands', 'is asked for more often if an agent asks'),
  },
  {
    name: 'an approval does not show all that is sent',
    file: 'src/invocation/commands.js',
    find: "Object.keys(rest).length ? ` ${JSON.stringify(rest)}` : ''",
    plant: "Object.keys(rest).length < 0 ? ` ${JSON.stringify(rest)}` : ''",
    test: SHOWN,
  },
  {
    name: 'someone else approves a command',
    file: INVOCATIONS,
    find: "where id = :id and ${MINE} and state = 'asking'",
    plant: "where id = :id and (:tenant::text || :user::text) is not null and state = 'asking'",
    test: SHOWN,
  },
  {
    name: 'a denied command is sent',
    file: 'src/invocation/invocation.handlers.js',
    find: 'this.invocations.decide(ctx, id, approved,',
    plant: 'this.invocations.decide(ctx, id, true,',
    test: e2eTest('commands', 'and is denied does not reach the device'),
  },
  {
    name: 'a command that no one approved in time goes on waiting',
    file: RUN,
    find: 'if (asks && !(await run.answer(DECISION, { withinMs: this.config.SKEP_NODE_APPROVAL_MS })))',
    plant: 'if (asks && !(await run.answer(DECISION, { withinMs: this.config.SKEP_NODE_APPROVAL_MS })) && false)',
    test: e2eTest('timeouts', 'that nobody approves in time is denied'),
  },
  {
    name: 'an approval is remembered for a part of the command',
    file: INVOCATIONS,
    find: "(:args::jsonb)::text, 'UTF8'",
    plant: "((:args::jsonb)->'timeout')::text, 'UTF8'",
    test: REMEMBERED,
  },
  {
    name: 'an approval is remembered for all nodes of a person',
    file: INVOCATIONS,
    find: 'from remembered_approval where node_id = :node_id and',
    plant: 'from remembered_approval where :node_id::text is not null and',
    test: REMEMBERED,
  },
  {
    name: 'a command that its person denies for the node is sent',
    file: 'src/invocation/commands.js',
    find: 'if (!known || isIn(denied_commands, command))',
    plant: 'if (!known)',
    test: e2eTest(
      'commands',
      'that the device does not declare, that its platform lacks, that its person denies or that nobody knows is refused',
    ),
  },
];
