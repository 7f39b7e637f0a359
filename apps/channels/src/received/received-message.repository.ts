import type { ChannelName, InboxStatus } from '@skep/contracts/channels';
import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { Receipt } from '../bridge/adapter.js';
import { ReceivedMessageEntity } from './received-message.entity.js';

type Sender = Pick<ReceivedMessageEntity, 'channel' | 'external_id'>;

const ADD = statement(
  `insert into received_message (channel, id, external_id, status) values (:channel, :id, :external_id, 'received') on conflict do nothing returning id`,
  { id: 'text' },
);
/** Messages of one sender are taken one after the other. */
const LOCK_SENDER = statement(`select pg_advisory_xact_lock(hashtextextended('received ' || :channel || ' ' || :external_id, 0))`);
const COUNT_ANSWERED = statement(
  `select count(*)::int4 as answered from received_message
    where channel = :channel and external_id = :external_id and code_id is not null and created_at > clock_timestamp() - interval '10 minutes'`,
  { answered: 'int4' },
);
const QUEUE = statement(`update received_message set status = 'queued', code_id = :code_id where channel = :channel and id = :id`);
const BEGIN = statement(
  `update received_message set status = 'sending' where channel = :channel and id = :id and status = 'queued' returning id`,
  { id: 'text' },
);
const END = statement(
  `update received_message set status = :status, error = :error, answer_id = coalesce(:answer_id, answer_id)
    where channel = :channel and id = :id and status = 'sending'`,
);
/** Receipts come in any order: none takes back a later one. */
const NOTE_RECEIPT = statement(
  `update received_message set status = :status, error = :error
    where channel = :channel and external_id = :external_id and answer_id = :answer_id
      and array_position(array['sent', 'failed', 'delivered', 'read'], status) < array_position(array['sent', 'failed', 'delivered', 'read'], :status)`,
);

/** What came to the number of the installation, and the answers to strangers. */
@Injectable()
export class ReceivedMessageRepository {
  constructor(private readonly db: Database) {}

  /** Takes a message, in the current transaction, which others of its sender then wait for. False if it has come before. */
  async take({ channel, external_id }: Sender, id: string): Promise<boolean> {
    await this.db.rows(LOCK_SENDER, { channel, external_id });
    return (await this.db.row(ADD, { channel, id, external_id })) !== undefined;
  }

  /** How many codes a stranger was sent in ten minutes. */
  async countAnswered({ channel, external_id }: Sender): Promise<number> {
    return (await this.db.row(COUNT_ANSWERED, { channel, external_id }))!.answered;
  }

  async queueAnswer(channel: ChannelName, id: string, code_id: string): Promise<void> {
    await this.db.rows(QUEUE, { channel, id, code_id });
  }

  find(channel: ChannelName, id: string): Promise<ReceivedMessageEntity | null> {
    return this.db.repository(ReceivedMessageEntity).findOneBy({ channel, id });
  }

  /** From `queued` on, exactly one process sends the answer. */
  async beginSending(channel: ChannelName, id: string): Promise<boolean> {
    return (await this.db.row(BEGIN, { channel, id })) !== undefined;
  }

  async endSending(channel: ChannelName, id: string, status: InboxStatus, { error, vendor_id }: { error?: string; vendor_id?: string }) {
    await this.db.rows(END, { channel, id, status, error: error ?? null, answer_id: vendor_id ?? null });
  }

  async noteReceipt(channel: ChannelName, external_id: string, { message_id: answer_id, status, error }: Receipt): Promise<void> {
    await this.db.rows(NOTE_RECEIPT, { channel, external_id, answer_id, status, error: (status === 'failed' && error) || null });
  }
}
