import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import webpush from 'web-push';
import { VapidKeyEntity } from './vapid-key.entity.js';

const ID = 'vapid';
const ADD = statement('insert into vapid_key (id, public_key, private_key) values (:id, :public_key, :private_key) on conflict do nothing');

/** The key of the installation for pushes (VAPID), created when it is first needed. */
@Injectable()
export class VapidKeys {
  private known?: VapidKeyEntity;

  constructor(private readonly db: Database) {}

  async get(): Promise<VapidKeyEntity> {
    this.known ??= (await this.find()) ?? (await this.create());
    return this.known;
  }

  private find(): Promise<VapidKeyEntity | null> {
    return this.db.repository(VapidKeyEntity).findOneBy({ id: ID });
  }

  /** Of several processes that create one, the first one counts. */
  private async create(): Promise<VapidKeyEntity> {
    const { publicKey, privateKey } = webpush.generateVAPIDKeys();
    await this.db.rows(ADD, await this.db.sealed(VapidKeyEntity, { id: ID, public_key: publicKey, private_key: privateKey }));
    return (await this.find())!;
  }
}
