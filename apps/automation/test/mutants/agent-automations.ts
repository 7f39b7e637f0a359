import { e2eTest, type Mutant } from '@skep/testkit';

const SIGNATURE = { library: 'platform', file: 'src/signature.js' };
const WEBHOOKS = 'src/webhook/webhook.repository.js';
const JOBS = 'src/job/job.repository.js';
const QUEUE = 'src/queue/queue.js';
const OVER_COPIES = e2eTest('webhooks', 'that repeats is one event, one run and one answer, also at once');

/** Planted bugs: each would let someone outside speak to an agent, do something twice, or show what is someone else's. */
export const agentAutomations: Mutant[] = [
  {
    name: 'a delivery with a wrong signature is taken',
    ...SIGNATURE,
    find: "timingSafeEqual(mac, Buffer.from(hex, 'hex'))",
    plant: 'true',
    test: e2eTest('webhooks', 'with a wrong, a foreign or no signature is refused and kept as failed'),
  },
  {
    name: 'an old signature is taken',
    ...SIGNATURE,
    find: '<= WINDOW_S',
    plant: '<= 86_400',
    test: e2eTest('webhooks', 'of Stripe and of Slack is not taken after five minutes'),
  },
  {
    name: 'a delivery that repeats is another one',
    file: 'src/webhook/deliveries.js',
    find: 'delivery_id: deliveryIdOf(preset, delivery),',
    plant: '',
    test: OVER_COPIES,
  },
  {
    name: 'a webhook of someone else is found',
    file: WEBHOOKS,
    find: 'findOneBy({ id, tenant_id: tenant, user_id: user })',
    plant: 'findOneBy({ id, tenant_id: tenant })',
    test: e2eTest('webhooks', 'of someone else does not exist, and neither does what was delivered to it'),
  },
  {
    name: 'a delivery to another webhook is processed',
    file: WEBHOOKS,
    find: 'findOneBy({ ...where, webhook_id, tenant_id })',
    plant: 'findOneBy({ ...where, tenant_id })',
    test: e2eTest('webhooks', 'of someone else does not exist, and neither does what was delivered to it'),
  },
  {
    name: 'anyone fills the table with deliveries that are not taken',
    file: WEBHOOKS,
    find: '.n < FAILED_MAX',
    plant: '.n >= 0',
    test: e2eTest('webhooks', 'that is not taken leaves at most fifty rows in an hour'),
  },
  {
    name: 'a job of someone else is found',
    file: JOBS,
    find: 'findOneBy({ id, trigger, tenant_id: tenant, user_id: user })',
    plant: 'findOneBy({ id, trigger, tenant_id: tenant })',
    test: e2eTest('cron', 'of someone else does not exist'),
  },
  {
    name: 'jobs created at once exceed their number',
    file: JOBS,
    find: 'await this.db.rows(LOCK_OWNER, { tenant, user });',
    plant: '',
    test: e2eTest('cron', 'is one of as many as a person may have, however many are created at once'),
  },
  {
    name: 'a slot runs while the former one does',
    file: 'src/cron/cron.handlers.js',
    find: "job.overlap === 'skip' && ",
    plant: 'false && ',
    test: e2eTest('cron', 'does not begin while the former one runs, unless it may queue, and says why'),
  },
  {
    name: 'work of someone else is found',
    file: QUEUE,
    find: 'findOneBy({ id, tenant_id: tenant, user_id: user })',
    plant: 'findOneBy({ id, tenant_id: tenant })',
    test: e2eTest('queue', 'of someone else does not exist'),
  },
  {
    name: "a rule fires at someone else's event",
    file: 'src/happening/happenings.js',
    find: 'tenant_id = :tenant_id and user_id = :user_id and trigger',
    plant: 'tenant_id = :tenant_id and trigger',
    test: e2eTest('event-rules', 'sees new conversations and jobs that ran, and nothing of someone else'),
  },
  {
    name: 'text of someone outside counts as that of its person',
    file: 'src/happening/happenings.js',
    find: '!OWN.includes(type)',
    plant: 'false',
    test: e2eTest('event-rules', 'tells the agent what has happened, and notifies its person'),
  },
  {
    name: 'a rule that causes its own events goes on',
    file: 'src/happening/happenings.js',
    find: '>= FIRED_MAX',
    plant: '< 0',
    test: e2eTest('event-rules', 'stops when it causes its own events, after 120 times in an hour'),
  },
];
