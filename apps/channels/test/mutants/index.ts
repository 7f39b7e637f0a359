import { e2eTest, type Mutant } from '@skep/testkit';
import { chatMutants } from './chats.js';
import { coachMutants } from './coach.js';
import { vendorMutants } from './vendors.js';

const NOTIFY = 'src/notification/notify.js';
const LIMITED = e2eTest(
  'notify',
  'an app notifies each user a limited number of times in an hour, also at once; a service for itself is not limited',
);

/** Planted bugs: each would show a notification to the wrong user, deliver it twice, or lose it. */
export const mutants: Mutant[] = [
  ...vendorMutants,
  {
    name: 'who acts for a user notifies another one',
    file: NOTIFY,
    find: 'if (ctx.user && ctx.user !== user_id)',
    plant: 'if (false)',
    test: e2eTest('notify', 'who acts for a user notifies nobody else'),
  },
  {
    name: 'an app notifies users who do not have it',
    file: NOTIFY,
    find: 'await this.bus.call(registry.resolveCall, ctx, { app_id })',
    plant: 'undefined',
    test: e2eTest('notify', 'an app notifies for itself, in its tenant, and only users who have it and have not turned it off'),
  },
  {
    name: 'an app notifies in the name of another one',
    file: NOTIFY,
    find: 'return app_id;',
    plant: 'return source ?? app_id;',
    test: e2eTest('notify', 'an app notifies for itself, in its tenant, and only users who have it and have not turned it off'),
  },
  {
    name: 'concurrent notifications of an app all take the last place',
    file: 'src/notification/notification.repository.js',
    find: 'await this.db.rows(LOCK_SENDER, { tenant, user, source });',
    plant: '',
    test: LIMITED,
  },
  {
    name: 'what a service tells a user for itself is limited',
    file: NOTIFY,
    find: 'if (source && (source === extensionOf(ctx) || source === input.extension_id))',
    plant: '',
    test: LIMITED,
  },
  {
    name: 'a user is notified in a tenant that is not theirs',
    file: NOTIFY,
    find: 'await this.bus.call(auth.describeUser, ctx, { user_id: recipient.user, tenant_id: recipient.tenant })',
    plant: 'undefined',
    test: e2eTest('notify', 'a service notifies people of every tenant, and not somebody who is unknown there'),
  },
  {
    name: 'a delivery that is tried again is heard again',
    file: 'src/notification/delivery.handlers.js',
    find: 'this.bus.call(kernel.publishEvent, ctx,',
    plant: 'this.bus.call(kernel.publishEvent, { ...ctx, idempotencyKey: undefined },',
    test: e2eTest('crash', 'processes killed under load: each acknowledged notification is heard once, and is an e-mail'),
  },
  {
    name: 'a notification is listed for another user',
    file: 'src/notification/notification.repository.js',
    find: "const IS_OWN = 'tenant_id = :tenant and user_id = :user'",
    plant: "const IS_OWN = 'tenant_id = :tenant and :user::text is not null'",
    test: e2eTest('preferences', 'are neither listed nor marked by others'),
  },
  {
    name: 'the sender chooses a channel that the user has not chosen',
    file: 'src/notification/choose-channels.js',
    find: 'chosen.filter((channel) => channel === notified.channel)',
    plant: 'CHANNELS.filter((channel) => channel === notified.channel)',
    test: { file: 'src/notification/choose-channels.spec.js', name: 'the sender narrows the channels, and adds none' },
  },
  {
    name: 'quiet hours hold nothing back',
    file: 'src/notification/delivery.handlers.js',
    find: 'at === undefined ? {} : { at: new Date(at) }',
    plant: '{}',
    test: e2eTest('preferences', 'with quiet hours hold a notification back until they end; an urgent one passes'),
  },
  {
    name: 'an e-mail is sent again when its step is repeated',
    file: 'src/email/email-delivery.handlers.js',
    find: '(await this.emails.isSent(id))',
    plant: 'false',
    test: e2eTest('emails', 'is sent once although its step is repeated'),
  },
  {
    name: 'a notification adds markup to an e-mail',
    file: 'src/email/render-email.js',
    find: 'insert(html_body, variables, escapeHtml)',
    plant: 'insert(html_body, variables, asIs)',
    test: e2eTest('emails', 'has no headers and no recipients but its own, whatever the notification says'),
  },
  {
    name: 'a subject has several lines',
    file: 'src/email/render-email.js',
    find: ".replace(/[\\p{Cc}\\p{Zl}\\p{Zp}]+/gu, ' ')",
    plant: '',
    test: { file: 'src/email/render-email.spec.js', name: 'makes one short line of the subject' },
  },
  {
    name: 'a link that was not made here unsubscribes',
    file: 'src/preference/unsubscribe-links.js',
    find: '.catch(() => undefined)',
    plant: '.catch(() => \'["default","imp_u_x"]\')',
    test: e2eTest('emails', 'unsubscribes its recipient with one POST, and nobody with a forged link'),
  },
  {
    name: 'a push service is asked without Outbound',
    file: 'src/push/push-client.js',
    find: '...LIMITS, method:',
    plant: '...LIMITS, ofOperator: true, method:',
    test: e2eTest('pushes', 'an address that is not public is not connected to, and removed'),
  },
  {
    name: 'a subscription that is unknown is kept',
    file: 'src/push/push-client.js',
    find: 'if (status === 404 || status === 410)',
    plant: 'if (status === 404)',
    test: e2eTest('pushes', 'a subscription that its push service does not know is removed, and the others are kept'),
  },
  {
    name: 'a browser keeps its earlier user',
    file: 'src/push/push-subscription.repository.js',
    find: 'findOneBy({ id, tenant_id: tenant, user_id: user })',
    plant: 'findOneBy({ id })',
    test: e2eTest('pushes', 'a browser belongs to the user who subscribed it last, and only they unsubscribe it'),
  },
  {
    name: 'a user unsubscribes the browser of another one',
    file: 'src/push/push-subscription.repository.js',
    find: '.delete({ id: idOf(endpoint), tenant_id: tenant, user_id: user })',
    plant: '.delete({ id: idOf(endpoint) })',
    test: e2eTest('pushes', 'a browser belongs to the user who subscribed it last, and only they unsubscribe it'),
  },
  ...chatMutants,
  ...coachMutants,
];
