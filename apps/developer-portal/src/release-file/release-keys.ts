import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { generateKeyPairSync } from 'node:crypto';
import { ReleaseKeyEntity } from './release-key.entity.js';

const ID = 'release';
const ADD = statement(
  'insert into release_key (id, public_key, private_key) values (:id, :public_key, :private_key) on conflict do nothing',
);

/** The key of the installation for release files, created when it is first needed. */
@Injectable()
export class ReleaseKeys {
  private known?: ReleaseKeyEntity;

  constructor(private readonly db: Database) {}

  async get(): Promise<ReleaseKeyEntity> {
    this.known ??= (await this.find()) ?? (await this.create());
    return this.known;
  }

  private find(): Promise<ReleaseKeyEntity | null> {
    return this.db.repository(ReleaseKeyEntity).findOneBy({ id: ID });
  }

  /** Of several processes that create one, the first one counts. */
  private async create(): Promise<ReleaseKeyEntity> {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const pair = {
      public_key: publicKey.export({ format: 'jwk' }).x!,
      private_key: String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
    };
    await this.db.rows(ADD, await this.db.sealed(ReleaseKeyEntity, { id: ID, ...pair }));
    return (await this.find())!;
  }
}
