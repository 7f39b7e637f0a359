import { e2eTest, type Mutant } from '@skep/testkit';
import { agentAutomations } from './agent-automations.js';

const FOLLOWER = 'src/trigger/feed-follower.js';
const START = 'src/execution/start-executions.js';
const OTHERS = e2eTest('triggers', 'of another user, of another tenant, or of all users runs nothing');
const COPIES = e2eTest('triggers', 'is handled once, however many processes follow the feed, also of a rule that was created a moment ago');
const LIMITS = e2eTest('triggers', 'runs at most as often within an hour, and in all, as it may, also in several processes');

/** Planted bugs: each would run a rule for the wrong event, too often, or with rights that its user does not have. */
export const mutants: Mutant[] = [
  ...agentAutomations,
  { name: "another user's event triggers a rule", file: FOLLOWER, find: 'and r.user_id = e.user_id', plant: '', test: OTHERS },
  { name: 'an event of another tenant triggers a rule', file: FOLLOWER, find: 'and r.tenant_id = e.tenant_id', plant: '', test: OTHERS },
  {
    name: 'two processes handle the same events',
    file: FOLLOWER,
    find: 'where seq = :seq and version',
    plant: 'where version',
    test: COPIES,
  },
  {
    name: 'what an execution causes is not recognised',
    file: FOLLOWER,
    find: 'cause: isOwn ? cause : undefined',
    plant: 'cause: undefined',
    test: e2eTest('triggers', 'that triggers itself is stopped, and says so'),
  },
  { name: 'the hour has no limit', file: START, find: 'recent < max_per_hour', plant: 'true', test: LIMITS },
  {
    name: 'the executions in all have no limit',
    file: START,
    find: 'trigger_count + started < max_iterations',
    plant: 'true',
    test: LIMITS,
  },
  {
    name: 'the cooldown is not kept within a page of events',
    file: START,
    find: 'rule.last_triggered_at = now;',
    plant: '',
    test: e2eTest('triggers', 'runs once within its cooldown'),
  },
  {
    name: 'a user calls without the scope',
    file: 'src/execution/call-function.js',
    find: "!holdsScope(ctx.scopes, 'extensions:call')",
    plant: 'false',
    test: e2eTest('triggers', 'needs what its person may do at the time'),
  },
  {
    name: 'rules created at once exceed the quota',
    file: 'src/rule/rule.repository.js',
    find: 'await this.db.rows(LOCK_OWNER, { tenant, user });',
    plant: '',
    test: e2eTest('rules', 'has at most as many as their plan or the installation allows, however many are created at once'),
  },
  {
    name: 'a user finds the rules of another one',
    file: 'src/rule/rule.repository.js',
    find: '{ id, tenant_id: tenant, user_id: user }',
    plant: '{ id, tenant_id: tenant }',
    test: e2eTest('rules', 'of another user is not found'),
  },
  {
    name: "a language model names functions that are not the user's",
    file: 'src/rule/interpreter.js',
    find: 'assertCallable(apps, action);',
    plant: '{}',
    test: e2eTest('words', 'a model that answers an app that the user does not have makes a paused rule, which says why'),
  },
  {
    name: 'a new release starts what a user has paused',
    file: 'src/rule/rule.repository.js',
    find: 'if (!rules.some((declared) => isSame(rule, declared)))',
    plant: '',
    test: e2eTest('declared', 'a new release replaces what it no longer declares; what it still does stays as its user left it'),
  },
  {
    name: 'a secret that was replaced never expires',
    library: 'platform',
    file: 'src/standard-webhooks.js',
    find: 'previousUntil.getTime() > now',
    plant: 'true',
    test: e2eTest('webhook-secrets', 'is replaced: both are accepted for a day, and then only the new one'),
  },
  {
    name: 'a secret that others know stays valid',
    file: 'src/job/valid-secrets.js',
    find: 'overlapHours > 0',
    plant: 'overlapHours >= 0',
    test: e2eTest('webhook-secrets', 'may be one that the sender has made, and may replace the former at once'),
  },
  {
    name: 'a delivery is replayed under another id',
    file: 'src/webhook/deliveries.js',
    find: 'if (same)',
    plant: 'if (false)',
    test: e2eTest('webhook-secrets', 'under another id is the same to a webhook of github for five minutes, also at once'),
  },
  {
    name: 'a request that is repeated has another id',
    file: 'src/queue/perform.js',
    find: 'message_id ?? id',
    plant: 'id',
    test: e2eTest('webhook-secrets', 'a request that is tried again, or repeated after it has failed, has the same id'),
  },
  {
    name: 'the key of someone else is replaced',
    file: 'src/job/job.repository.js',
    find: '{ id, trigger, tenant_id: tenant, user_id: user }',
    plant: '{ id, trigger, tenant_id: tenant }',
    test: e2eTest('webhook-secrets', 'is its person’s, exists only for what calls an address, and has an overlap of a day at most'),
  },
];
