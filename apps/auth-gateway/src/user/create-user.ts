import { Conflict, InvalidInput } from '@skep/contracts';
import type { CreateUser as Input, User } from '@skep/contracts/auth';
import { commitWithAnswer, type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AccountRepository, generateUserId } from '../account/account.repository.js';
import { AgencyRepository } from '../agency/agency.repository.js';
import { RoleRepository } from '../role/role.repository.js';
import { ScopeRepository } from '../scope/scope.repository.js';
import { computeOverrides, validateScopes, assertCanGrant } from '../scope/scopes.js';
import { Passwords } from '../secrets/passwords.js';
import { UserRepository } from './user.repository.js';

/** Creates an account with a verified address, on behalf of an administrator. */
@Injectable()
export class CreateUser {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly users: UserRepository,
    private readonly roles: RoleRepository,
    private readonly scopes: ScopeRepository,
    private readonly agencies: AgencyRepository,
    private readonly passwords: Passwords,
  ) {}

  /** @throws Problem `conflict`, `scope_not_held`, `too_many_requests`; `invalid_input` for an unknown role */
  async run(ctx: Ctx, { email, password, role: name, scopes, attributes = {}, agency_id }: Input): Promise<User> {
    const wanted = scopes && validateScopes(scopes, 'scopes');
    const password_hash = await this.passwords.hash(ctx, password);
    return commitWithAnswer(this.db, async () => {
      await this.scopes.lockAccess(ctx);
      const role = await this.roles.findByName(ctx, name);
      if (!role) throw InvalidInput([{ loc: ['role'], msg: `Role "${name}" not found`, type: 'role_unknown' }]);
      await this.agencies.assertExists(ctx.tenant, agency_id);
      assertCanGrant(ctx, wanted ?? role.default_scopes);
      const overrides = wanted && computeOverrides(role.default_scopes, wanted);
      const account = { user_id: generateUserId(), tenant_id: ctx.tenant, email, password_hash, attributes, agency_id, overrides };
      const user = await this.accounts.create(ctx, account, name, 'administrator');
      if (!user) throw Conflict('This e-mail address already has an account.');
      return (await this.users.find(ctx, user.user_id))!;
    });
  }
}
