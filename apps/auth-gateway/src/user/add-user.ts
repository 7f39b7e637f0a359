import { Conflict, type CreateUser, InvalidInput, type User } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AccountRepository, newUserId } from '../account/account.repository.js';
import { AgencyRepository } from '../agency/agency.repository.js';
import { Passwords } from '../password/passwords.js';
import { RoleRepository } from '../role/role.repository.js';
import { apart, checkScopes, mayGive } from '../scope/scopes.js';
import { UserRepository } from './user.repository.js';

@Injectable()
export class AddUser {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly users: UserRepository,
    private readonly roles: RoleRepository,
    private readonly agencies: AgencyRepository,
    private readonly passwords: Passwords,
  ) {}

  /** @throws Problem `conflict`, `scope_not_held`, `too_many_requests`; `invalid_input` for an unknown role */
  async run(ctx: Ctx, { email, password, role: name, scopes, attributes = {}, agency_id }: CreateUser): Promise<User> {
    const wanted = scopes && checkScopes(scopes, 'scopes');
    const password_hash = await this.passwords.hash(ctx, password);
    return this.db.transaction(async () => {
      await this.roles.alone(ctx);
      const role = await this.roles.named(ctx, name);
      if (!role) throw InvalidInput([{ loc: ['role'], msg: 'There is no such role', type: 'role_unknown' }]);
      await this.agencies.mustKnow(ctx.tenant, agency_id);
      mayGive(ctx, wanted ?? role.default_scopes);
      const own = wanted && apart(role.default_scopes, wanted);
      const account = { user_id: newUserId(), tenant_id: ctx.tenant, email, password_hash, attributes, agency_id, own };
      const person = await this.accounts.create(ctx, account, name, 'administrator');
      if (!person) throw Conflict('This e-mail address has an account already.');
      return (await this.users.find(ctx, person.user_id))!;
    });
  }
}
