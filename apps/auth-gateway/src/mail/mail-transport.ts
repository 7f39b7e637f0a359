import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import type { WrittenLetter } from './mails.js';

/** Trying again would not help: the address does not exist, or the server will not have this mail. */
export class Refused extends Error {}

const TIMEOUT_MS = 5_000;
/** Below the 10 s after which Postgres ends the idle transaction that holds the mail. */
const LIMIT_MS = 8_000;

/** Sends one letter by SMTP; without SMTP_URL writes it as a file, whose names sort by time. */
@Injectable()
export class MailTransport {
  /** How many letters may be on their way at the same time; files one by one, so that their names keep the order. */
  readonly atOnce: number;
  private readonly smtp;
  private readonly composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  private readonly folder: string;
  private count = 0;

  constructor(private readonly config: AuthGatewayConfig) {
    this.atOnce = config.SMTP_URL ? 4 : 1;
    this.folder = join(config.SKEP_DATA, 'mail');
    const timeouts = { connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS };
    this.smtp = config.SMTP_URL ? createTransport({ url: config.SMTP_URL, ...timeouts }) : undefined;
  }

  /** `id` stays the same however often it is tried. @throws Refused when it is of no use to try again; Error for the rest. */
  async send({ id, to, subject, text }: WrittenLetter & { id: string }): Promise<void> {
    const mail = {
      from: this.config.SKEP_MAIL_FROM,
      // An object, never text: text would be parsed, and could name others.
      to: { name: '', address: to },
      subject,
      text,
      messageId: `<${id}@skep>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    };
    if (!this.smtp) {
      const { message } = await this.composer.sendMail(mail);
      return this.write(message as Buffer);
    }
    const late = new AbortController();
    try {
      const limit = sleep(LIMIT_MS, undefined, { signal: late.signal }).then(() =>
        Promise.reject(new Error('the mail server took too long')),
      );
      await Promise.race([this.smtp.sendMail(mail), limit]);
    } catch (error) {
      throw isFinal(error) ? new Refused((error as Error).message) : error;
    } finally {
      late.abort();
    }
  }

  private async write(message: Buffer): Promise<void> {
    const order = String(this.count++ % 1_000_000).padStart(6, '0');
    const name = `${new Date().toISOString().replaceAll(':', '-')}-${order}-${randomBytes(4).toString('hex')}.eml`;
    const half = join(this.folder, `.${name}.half`);
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const file = await open(half, 'wx', 0o600);
    try {
      await file.writeFile(message);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(half, join(this.folder, name));
  }
}

/** The server answered 5xx to the address or to the mail itself. A refused login or greeting is a matter of configuration, and passes. */
function isFinal(error: unknown): boolean {
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  return responseCode !== undefined && responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
}
