import { NicknameUnavailable } from '@skep/contracts/auth';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { NicknameEntity } from './nickname.entity.js';

const LOCK_ACCOUNT = statement('select id from account where id = :user and tenant_id = :tenant for no key update', { id: 'text' });
const ADD = statement(
  'insert into nickname (account_id, tenant_id, nickname) values (:user, :tenant, :nickname) on conflict do nothing returning nickname',
  { nickname: 'text' },
);

@Injectable()
export class NicknameRepository {
  constructor(private readonly db: Database) {}

  async find({ tenant, user }: Ctx): Promise<string | undefined> {
    return (await this.db.repository(NicknameEntity).findOneBy({ account_id: user, tenant_id: tenant }))?.nickname;
  }

  /** Replaces the nickname of the caller. @throws Problem `nickname_unavailable` if another user has it, in whichever tenant */
  async set(ctx: Ctx, nickname: string): Promise<void> {
    const { tenant, user } = ctx;
    await this.db.transaction(async () => {
      // The changes of one user follow each other.
      await this.db.rows(LOCK_ACCOUNT, { tenant, user });
      if ((await this.find(ctx)) === nickname) return;
      await this.db.repository(NicknameEntity).delete({ account_id: user, tenant_id: tenant });
      if (!(await this.db.row(ADD, { tenant, user, nickname })))
        throw NicknameUnavailable(`Nickname '${nickname}' is already taken. Choose another one.`);
    });
  }
}
