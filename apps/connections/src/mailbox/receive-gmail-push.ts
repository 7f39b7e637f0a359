import { BadRequest } from '@skep/contracts';
import { connections, type GmailPush, type GmailReceived } from '@skep/contracts/connections';
import { type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { GoogleTokens } from './google-tokens.js';

const TAKE = statement('insert into gmail_message (message_id) values (:message_id) on conflict do nothing returning message_id', {
  message_id: 'text',
});
const ACCOUNTS = statement(
  `select id, tenant_id, user_id, app_id from oauth_account
    where provider = 'google' and lower(email) = lower(:email) and status = 'connected' order by id limit 1000`,
  { id: 'text', tenant_id: 'text', user_id: 'text', app_id: 'text' },
);

/** What a push is about. */
interface Push {
  message_id: string;
  email: string;
  history_id: string;
}

/** Notifies the users who have connected a mailbox that it has changed. */
@Injectable()
export class ReceiveGmailPush {
  constructor(
    private readonly db: Database,
    private readonly tokens: GoogleTokens,
    private readonly outbox: Outbox,
  ) {}

  /** @throws Problem `not_configured`, `unauthenticated`, `bad_request` */
  async run(ctx: Ctx, { token, body }: GmailPush): Promise<GmailReceived> {
    await this.tokens.verify(token);
    const { message_id, email, history_id } = readPush(body);
    // Across tenants, because a mailbox does not say whose it is.
    await this.db.acrossTenants(() =>
      this.db.transaction(async () => {
        if (!(await this.db.row(TAKE, { message_id }))) return;
        for (const { id: account_id, ...owner } of await this.db.rows(ACCOUNTS, { email }))
          await this.outbox.add(connections.mailboxChanged, ctx, { ...owner, account_id, provider: 'google', history_id });
      }),
    );
    return { received: true };
  }
}

/** @throws Problem `bad_request` */
function readPush(body: string): Push {
  try {
    const { message } = JSON.parse(fromBase64(body)) as { message: Record<string, unknown> };
    const { emailAddress, historyId } = JSON.parse(fromBase64(String(message['data']))) as Record<string, unknown>;
    const push = { message_id: message['messageId'] ?? message['message_id'], email: emailAddress, history_id: String(historyId) };
    const isValid = (text: unknown, max: number) => typeof text === 'string' && text.length > 0 && text.length <= max;
    if (isValid(push.message_id, 200) && isValid(push.email, 320) && /^\d{1,30}$/.test(push.history_id)) return push as Push;
  } catch {
    // Below.
  }
  throw BadRequest('The body is not a message of Gmail.');
}

const fromBase64 = (text: string): string => Buffer.from(text, 'base64').toString();
