import { Database, LOG, type Log, statement } from '@skep/platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { Vault } from '../secrets/vault.js';
import { MailTransport, Refused } from './mail-transport.js';

export interface WrittenLetter {
  to: string;
  subject: string;
  text: string;
}
/** What to write. `site`: where links lead, without a slash at its end. */
export type Letter = (site: string) => WrittenLetter;

/** Where a person of a tenant asks for a new password. */
export const newPasswordPage = (site: string, tenant_id: string) =>
  `${site}/reset-password${tenant_id === 'default' ? '' : `#tenant_id=${tenant_id}`}`;

/** A letter that nobody gets, for the work that it makes: whether one is sent must not show in the time of an answer. */
export const toNobody =
  (letter: Letter): Letter =>
  (site) => ({ ...letter(site), to: '' });

interface Row {
  id: number;
  sealed: Buffer;
  tries: number;
  expired: boolean;
}

const ADD = statement(`
  insert into mail (sealed, due_at, expires_at) values ($1, now() + $2 * interval '1 millisecond', now() + interval '24 hours')`);
const NEXT = statement<Row>(`
  select id, sealed, tries, expires_at <= now() as expired from mail where due_at <= now() order by id limit 1 for update skip locked`);
const WAITING = statement<Pick<Row, 'id' | 'sealed'>>('select id, sealed from mail for update skip locked');
const DONE = statement('delete from mail where id = $1');
const LATER = statement(`update mail set tries = tries + 1, due_at = now() + $2 * interval '1 second' where id = $1`);

const POLL_MS = 1_000;
const STOP_MS = 3_000;
/** The answer goes first, and a while passes: neither its time nor that of the next must tell what is sent, or whether anything is. */
const AFTER_ANSWER_MS = 50;
const LONGEST_WAIT_SECONDS = 600;

/**
 * Mails leave after the transaction that added them, and are tried again until they are through: at least once, for a day.
 * A mail is sent in a transaction which holds the lock on its row: nobody else takes it meanwhile, and should the process die,
 * Postgres lets go of it at once.
 */
@Injectable()
export class Mails implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly workers = new Set<Promise<void>>();
  private timer?: NodeJS.Timeout;
  private readonly site: string;

  constructor(
    config: AuthGatewayConfig,
    private readonly db: Database,
    private readonly vault: Vault,
    private readonly transport: MailTransport,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.site = config.SKEP_PUBLIC_URL.replace(/\/+$/, '');
  }

  /** Within a transaction the mail is sent only if that commits. */
  async add(letter: Letter): Promise<void> {
    await this.db.rows(ADD, [this.vault.seal('mail', JSON.stringify({ ...letter(this.site), id: randomUUID() })), AFTER_ANSWER_MS]);
    this.db.afterCommit(() => void setTimeout(() => this.wake(), AFTER_ANSWER_MS).unref());
  }

  /** Removes what waits for an address, within a transaction. What is being sent at this moment is sent. */
  async withdraw(address: string): Promise<void> {
    for (const { id, sealed } of await this.db.rows(WAITING)) if (this.open(sealed).to === address) await this.db.rows(DONE, [id]);
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.wake(), POLL_MS).unref();
    this.wake();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await Promise.race([Promise.all(this.workers), sleep(STOP_MS, undefined, { ref: false })]);
  }

  private wake(): void {
    if (!this.timer || this.workers.size >= this.transport.atOnce) return;
    const worker = this.work().finally(() => this.workers.delete(worker));
    this.workers.add(worker);
  }

  private async work(): Promise<void> {
    try {
      while (this.timer && (await this.sendNext()));
    } catch (error) {
      this.log.warn({ error }, 'mails wait; trying again');
    }
  }

  /** False when none is due. */
  private sendNext(): Promise<boolean> {
    return this.db.transaction(async () => {
      const row = await this.db.row(NEXT);
      if (row) await this.deliver(row);
      return row !== undefined;
    });
  }

  private open(sealed: Buffer): WrittenLetter & { id: string } {
    return JSON.parse(this.vault.open('mail', sealed)) as WrittenLetter & { id: string };
  }

  private async deliver({ id, sealed, tries, expired }: Row): Promise<void> {
    try {
      if (expired) throw new Refused('it could not be sent for a day');
      const letter = this.open(sealed);
      if (letter.to) await this.transport.send(letter);
    } catch (error) {
      // The message of the error alone: a transport's error may hold the mail.
      const reason = error instanceof Error ? error.message : String(error);
      if (!(error instanceof Refused)) {
        this.log.warn({ mail: id, tries, reason }, 'a mail could not be sent; it will be tried again');
        await this.db.rows(LATER, [id, Math.min(2 ** tries, LONGEST_WAIT_SECONDS)]);
        return;
      }
      this.log.error({ mail: id, tries, reason }, 'a mail is given up');
    }
    await this.db.rows(DONE, [id]);
  }
}
