import { Database, LOG, type Log, statement, siteOf } from '@skep/platform';
import { type EmailMessage, MailRejected } from '@skep/platform/mail';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { MailSender } from './mail-sender.js';
import { MailEntity } from './mail.entity.js';

/** Renders an e-mail. `site`: base URL of links, without a trailing slash. */
export type EmailTemplate = (site: string) => EmailMessage;

/** The page on which a user of the tenant requests a password reset. */
export const passwordResetUrl = (site: string, tenant_id: string) =>
  `${site}/reset-password${tenant_id === 'default' ? '' : `#tenant_id=${tenant_id}`}`;

/** An e-mail that is queued but not sent, so that the response time does not show whether one is sent. */
export const withoutRecipient =
  (template: EmailTemplate): EmailTemplate =>
  (site) => ({ ...template(site), to: '' });

const ADD = statement(`
  insert into mail (sealed, due_at, expires_at)
  values (:sealed, now() + :delay_ms * interval '1 millisecond', now() + interval '24 hours')`);
const NEXT = statement(
  'select *, expires_at <= now() as expired from mail where due_at <= now() order by id limit 1 for update skip locked',
  MailEntity,
  { expired: 'bool' },
);
const PENDING = statement('select * from mail for update skip locked', MailEntity);
const RETRY_LATER = statement(`update mail set tries = tries + 1, due_at = now() + :seconds * interval '1 second' where id = :id`);

/** Opened where one is delivered, so that one that does not open holds up no other. */
const MAIL = { tenant: '', purpose: 'mail.sealed' };

const POLL_MS = 1_000;
const SHUTDOWN_TIMEOUT_MS = 3_000;
/** E-mails are sent some time after the response, so that neither its time nor that of the next request shows whether one is sent. */
const SEND_DELAY_MS = 50;
const MAX_RETRY_SECONDS = 600;

/**
 * Sends e-mails after the transaction that added them has committed, at least once, with retries for a day. Each e-mail is sent in a
 * transaction that locks its row: no other worker takes it, and if the process dies, Postgres releases it at once.
 */
@Injectable()
export class MailQueue implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly workers = new Set<Promise<void>>();
  private timer?: NodeJS.Timeout;
  private readonly site: string;

  constructor(
    config: AuthGatewayConfig,
    private readonly db: Database,
    private readonly transport: MailSender,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.site = siteOf(config);
  }

  /** Queues an e-mail. In a transaction it is sent only if that commits. */
  async add(template: EmailTemplate): Promise<void> {
    const sealed = await this.db.sealing.seal(MAIL, JSON.stringify({ ...template(this.site), id: randomUUID() }));
    await this.db.rows(ADD, { sealed, delay_ms: SEND_DELAY_MS });
    this.db.afterCommit(() => void setTimeout(() => this.wake(), SEND_DELAY_MS).unref());
  }

  /** Removes all queued e-mails to an address. One that is being sent at the moment is still sent. Call it in a transaction. */
  async withdraw(address: string): Promise<void> {
    for (const { id, sealed } of await this.db.rows(PENDING)) if ((await this.decrypt(sealed)).to === address) await this.delete(id);
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.wake(), POLL_MS).unref();
    this.wake();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await Promise.race([Promise.all(this.workers), sleep(SHUTDOWN_TIMEOUT_MS, undefined, { ref: false })]);
  }

  private wake(): void {
    if (!this.timer || this.workers.size >= this.transport.concurrency) return;
    const worker = this.work().finally(() => this.workers.delete(worker));
    this.workers.add(worker);
  }

  private async work(): Promise<void> {
    try {
      while (this.timer && (await this.sendNext()));
    } catch (error) {
      this.log.warn({ error }, 'cannot read the queue of e-mails; trying again');
    }
  }

  /** Returns false if no e-mail is due. */
  private sendNext(): Promise<boolean> {
    return this.db.transaction(async () => {
      const row = await this.db.row(NEXT);
      if (row) await this.deliver(row);
      return row !== undefined;
    });
  }

  private async decrypt(sealed: Buffer): Promise<EmailMessage & { id: string }> {
    return JSON.parse(await this.db.sealing.open(MAIL, sealed, 'mail')) as EmailMessage & { id: string };
  }

  private async deliver({ id, sealed, tries, expired }: NonNullable<typeof NEXT.row>): Promise<void> {
    try {
      if (expired) throw new MailRejected('not sent within a day');
      const message = await this.decrypt(sealed);
      if (message.to) await this.transport.send(message);
    } catch (error) {
      // Logs only the message, because a transport's error may contain the e-mail.
      const reason = error instanceof Error ? error.message : String(error);
      if (!(error instanceof MailRejected)) {
        this.log.warn({ mail: id, tries, reason }, 'cannot send an e-mail; trying again later');
        await this.db.rows(RETRY_LATER, { id, seconds: Math.min(2 ** tries, MAX_RETRY_SECONDS) });
        return;
      }
      this.log.error({ mail: id, tries, reason }, 'cannot send an e-mail; giving up');
    }
    await this.delete(id);
  }

  private async delete(id: number): Promise<void> {
    await this.db.repository(MailEntity).delete({ id });
  }
}
