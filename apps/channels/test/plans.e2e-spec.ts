import { type Database, tablesOf } from '@skep/platform';
import { asService, asUser, openTestDatabase, plansOf, type ServiceHarness, startService } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { EmailRepository } from '../src/email/email.repository.js';
import { ChatMessageRepository } from '../src/message/chat-message.repository.js';
import { NotificationRepository } from '../src/notification/notification.repository.js';
import { ChatSessionRepository } from '../src/session/chat-session.repository.js';
import { service, start } from '../src/main.js';

const ROWS = 30_000;
const LIMIT = 20;
const ctx = asUser('busy');

let harness: ServiceHarness;
let db: Database;

/** Half of them are of one person, who has read all but a few. */
const FILL = `
  insert into notification (id, tenant_id, user_id, source, subject, message, body, priority, channel, read_at)
  select 'ntf_' || lpad(to_hex(n), 12, '0'), 'default', case when n % 2 = 0 then 'imp_u_busy' else 'u' || n end, '', '', 'm', '', 'normal', 'default',
         case when n % 1000 > 0 then now() end
    from generate_series(1, ${ROWS}) n;
  insert into email (id, tenant_id, user_id, "case", to_email, subject, status, dedup_key, tag, created_at)
  select 'eml_' || n, 'default', case when n % 2 = 0 then 'imp_u_busy' else 'u' || n end, 'notification', 'a@example.com', '', 'sent', 'k' || n, '',
         now() - n * interval '1 second'
    from generate_series(1, ${ROWS}) n;
  insert into bridge (id, tenant_id, user_id, channel, slug, credentials, bot_id, bot_name, dm_policy, listens)
  values ('b', 'default', 'imp_u_busy', 'telegram', 's', '', '77', 'bee', 'open', true);
  insert into chat_session (id, tenant_id, user_id, bridge_id, channel, chat_id, chat_type, contact_id, last_activity)
  select 's' || n, 'default', case when n % 2 = 0 then 'imp_u_busy' else 'u' || n end, 'b', 'telegram', n::text, 'direct', n::text,
         now() - n * interval '1 second'
    from generate_series(1, ${ROWS}) n;
  insert into chat_message (id, tenant_id, user_id, bridge_id, session_id, channel, direction, sender_id, content, status, unread, created_at)
  select 'm' || n, 'default', case when n % 2 = 0 then 'imp_u_busy' else 'u' || n end, 'b', case when n % 4 = 0 then 's2' else 's1' end, 'telegram',
         'inbound', '1', 'x', 'received', n % 1000 = 0, now() - n * interval '1 second'
    from generate_series(1, ${ROWS}) n;
  analyze`;

beforeAll(async () => {
  harness = await startService('channels', start);
  await harness.query(FILL);
  db = await openTestDatabase(await tablesOf(service), harness.env);
});
afterAll(async () => {
  await db?.close();
  await harness?.close();
});

it('a page of notifications reads few more rows than it returns, also those that are not read, and after a cursor', async () => {
  const notifications = new NotificationRepository(db);
  const list = (more: object) => notifications.list(ctx, { limit: LIMIT, offset: 0, unread: false, ...more });
  const plans = await db.inTenant(ctx.tenant, async () => {
    const page = await list({});
    return plansOf(db, async () => {
      await list({});
      await list({ unread: true });
      await list({ cursor: page.cursorAt!(LIMIT - 1) });
    });
  });
  const pages = plans.filter(({ sql }) => sql.includes('cursor_0'));
  expect(pages.length).toBeGreaterThanOrEqual(3);
  for (const { sql, rowsRead } of pages) expect({ sql, isBounded: rowsRead <= 20 * LIMIT }).toEqual({ sql, isBounded: true });
});

it('a page of messages of chats reads few more rows than it returns, also those of a session, and so does one of sessions', async () => {
  const messages = new ChatMessageRepository(db);
  const sessions = new ChatSessionRepository(db);
  const paging = { limit: LIMIT, offset: 0 };
  const plans = await db.inTenant(ctx.tenant, () =>
    plansOf(db, async () => {
      await messages.list(ctx, {}, paging);
      await messages.list(ctx, { session_id: 's2' }, paging);
      await messages.list(ctx, {}, { ...paging, offset: 100 });
      await sessions.list(ctx, {}, paging);
      await messages.countUnread(ctx);
    }),
  );
  const pages = plans.filter(({ sql }) => sql.includes('cursor_0'));
  expect(pages).toHaveLength(4);
  for (const { sql, rowsRead } of plans) expect({ sql, isBounded: rowsRead <= 20 * LIMIT }).toEqual({ sql, isBounded: true });
});

it('a page of e-mails reads few more rows than it returns, also those of a user', async () => {
  const emails = new EmailRepository(db);
  const plans = await plansOf(db, async () => {
    await emails.list(asService('test'), { limit: LIMIT, offset: 0 });
    await emails.list(asService('test'), { limit: LIMIT, offset: 0, user_id: 'imp_u_busy' });
  });
  const pages = plans.filter(({ sql }) => sql.includes('cursor_0'));
  expect(pages).toHaveLength(2);
  for (const { sql, rowsRead } of pages) expect({ sql, isBounded: rowsRead <= 20 * LIMIT }).toEqual({ sql, isBounded: true });
});
