import { randomBytes } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import type { MailConfig } from './mail-config.js';

/** A rendered e-mail. `to`: one address; empty if it must not be sent. */
export interface EmailMessage {
  to: string;
  subject: string;
  text: string;
  html?: string;
  /** Address at which the recipient unsubscribes with one POST (RFC 8058). */
  unsubscribe?: string;
}

/** A permanent failure: the address does not exist, or the server rejects this e-mail. */
export class MailRejected extends Error {}

/** The `Message-ID` of an e-mail, by which a recipient recognises one that was sent twice. */
export const messageIdOf = (id: string): string => `<${id}@skep>`;

const SOCKET_TIMEOUT_MS = 5_000;
/** Below the 10 s after which Postgres aborts the idle transaction that has locked the e-mail. */
const SEND_TIMEOUT_MS = 8_000;

/** Sends an e-mail by SMTP. Without SMTP_URL it writes a file; the file names sort by time. */
export class MailTransport {
  /** How many e-mails are sent at the same time. Files are written one by one, so that their names keep the order. */
  readonly concurrency: number;
  private readonly smtp;
  private readonly composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  private readonly folder: string;
  private fileCount = 0;

  constructor(private readonly config: MailConfig) {
    this.concurrency = config.SMTP_URL ? 4 : 1;
    this.folder = join(config.SKEP_DATA, 'mail');
    const timeouts = { connectionTimeout: SOCKET_TIMEOUT_MS, greetingTimeout: SOCKET_TIMEOUT_MS, socketTimeout: SOCKET_TIMEOUT_MS };
    this.smtp = config.SMTP_URL ? createTransport({ url: config.SMTP_URL, ...timeouts }) : undefined;
  }

  /** `id` must be the same in every attempt. @throws MailRejected for a permanent failure, Error for any other */
  async send({ id, to, subject, text, html, unsubscribe }: EmailMessage & { id: string }): Promise<void> {
    const mail = {
      from: this.config.SKEP_MAIL_FROM,
      // An object, because nodemailer would parse a string, which could contain further recipients.
      to: { name: '', address: to },
      subject,
      text,
      ...(html !== undefined && { html }),
      messageId: messageIdOf(id),
      headers: {
        'Auto-Submitted': 'auto-generated',
        ...(unsubscribe && { 'List-Unsubscribe': `<${unsubscribe}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
      },
    };
    if (!this.smtp) {
      const { message } = await this.composer.sendMail(mail);
      return this.write(message as Buffer);
    }
    const timeout = new AbortController();
    try {
      const timedOut = sleep(SEND_TIMEOUT_MS, undefined, { signal: timeout.signal }).then(() =>
        Promise.reject(new Error(`the mail server did not answer within ${SEND_TIMEOUT_MS} ms`)),
      );
      await Promise.race([this.smtp.sendMail(mail), timedOut]);
    } catch (error) {
      throw isPermanent(error) ? new MailRejected((error as Error).message) : error;
    } finally {
      timeout.abort();
    }
  }

  private async write(message: Buffer): Promise<void> {
    const order = String(this.fileCount++ % 1_000_000).padStart(6, '0');
    const name = `${new Date().toISOString().replaceAll(':', '-')}-${order}-${randomBytes(4).toString('hex')}.eml`;
    const partial = join(this.folder, `.${name}.partial`);
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const file = await open(partial, 'wx', 0o600);
    try {
      await file.writeFile(message);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, join(this.folder, name));
  }
}

/** The server answered 5xx to the address or to the e-mail itself. A rejected login or greeting is a matter of configuration and therefore temporary. */
function isPermanent(error: unknown): boolean {
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  return responseCode !== undefined && responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
}
