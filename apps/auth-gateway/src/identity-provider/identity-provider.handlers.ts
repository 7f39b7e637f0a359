import { InvalidInput } from '@skep/contracts';
import {
  auth,
  type CreateIdentityProvider,
  DomainTaken,
  type IdentityProviderItem,
  IdentityProviderNotFound,
  type IdentityProviderRef,
  TooManyIdentityProviders,
  type UpdateIdentityProvider,
} from '@skep/contracts/auth';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { Audit } from '../audit/audit.js';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { RoleRepository } from '../role/role.repository.js';
import { ScopeRepository } from '../scope/scope.repository.js';
import { assertCanGrant } from '../scope/scopes.js';
import { randomAlphanumeric } from '../secrets/opaque-tokens.js';
import { callbackOf } from './callback.js';
import type { IdentityProviderEntity } from './identity-provider.entity.js';
import { IdentityProviderRepository } from './identity-provider.repository.js';
import { OpenIdClient, OpenIdError } from './openid-client.js';

const PROVIDERS_MAX = 20;
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;
/** Shown instead of a new client secret in the audit log. */
const AUDITED = ['name', 'issuer', 'client_id', 'domains', 'group_roles', 'default_role', 'creates_accounts'] as const;

type Settings = Omit<IdentityProviderEntity, 'id' | 'tenant_id' | 'created_at'>;

@Handlers()
export class IdentityProviderHandlers {
  private readonly redirect_uri: string;

  constructor(
    config: AuthGatewayConfig,
    private readonly db: Database,
    private readonly providers: IdentityProviderRepository,
    private readonly roles: RoleRepository,
    private readonly scopes: ScopeRepository,
    private readonly openId: OpenIdClient,
    private readonly audit: Audit,
  ) {
    this.redirect_uri = callbackOf(config);
  }

  @Handle(auth.listIdentityProviders)
  async list({ tenant }: Ctx): Promise<IdentityProviderItem[]> {
    return (await this.providers.list(tenant)).map((provider) => this.toItem(provider));
  }

  @Handle(auth.createIdentityProvider)
  async create(ctx: Ctx, input: CreateIdentityProvider): Promise<IdentityProviderItem> {
    const provider = {
      ...input,
      domains: parseDomains(input.domains),
      id: `idp_${randomAlphanumeric(20, 'lower')}`,
      tenant_id: ctx.tenant,
    };
    await this.assertAnswers(provider.issuer);
    return this.save(ctx, 'identity_provider.created', provider, async () => {
      if ((await this.providers.count(ctx.tenant)) >= PROVIDERS_MAX) throw TooManyIdentityProviders();
      await this.providers.add(provider);
    });
  }

  @Handle(auth.updateIdentityProvider)
  async update(ctx: Ctx, { provider_id, domains, ...changes }: UpdateIdentityProvider): Promise<IdentityProviderItem> {
    if (changes.issuer !== undefined) await this.assertAnswers(changes.issuer);
    const before = await this.find(ctx, provider_id);
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<Settings>;
    const provider = { ...before, ...given, ...(domains && { domains: parseDomains(domains) }) };
    return this.save(ctx, 'identity_provider.updated', provider, () => this.providers.update(provider));
  }

  @Handle(auth.deleteIdentityProvider)
  delete(ctx: Ctx, { provider_id }: IdentityProviderRef) {
    return this.db.transaction(async () => {
      if (!(await this.providers.remove(ctx.tenant, provider_id))) throw IdentityProviderNotFound();
      await this.audit.record(ctx, { action: 'identity_provider.deleted', target_type: 'identity_provider', target_id: provider_id });
      return { message: 'The identity provider was deleted.' };
    });
  }

  private async save(
    ctx: Ctx,
    action: string,
    provider: Settings & Pick<IdentityProviderEntity, 'id' | 'tenant_id'>,
    write: () => Promise<void>,
  ): Promise<IdentityProviderItem> {
    return this.db.transaction(async () => {
      await this.scopes.lockAccess(ctx);
      await this.assertRoles(ctx, provider);
      if (await this.providers.isDomainTaken(provider)) throw DomainTaken();
      await write();
      const metadata = Object.fromEntries(AUDITED.map((name) => [name, provider[name]]));
      await this.audit.record(ctx, { action, target_type: 'identity_provider', target_id: provider.id, metadata });
      return this.toItem(await this.find(ctx, provider.id));
    });
  }

  /** An administrator of the provider decides who gets these roles. @throws Problem `scope_not_held`, `invalid_input` */
  private async assertRoles(ctx: Ctx, { group_roles, default_role }: Settings): Promise<void> {
    const named = group_roles.map(({ role }, n) => ({ role, loc: ['group_roles', n, 'role'] }));
    for (const { role: name, loc } of [...named, { role: default_role, loc: ['default_role'] }]) {
      const role = await this.roles.findByName(ctx, name);
      if (!role) throw InvalidInput([{ loc, msg: `Role "${name}" not found`, type: 'role_unknown' }]);
      assertCanGrant(ctx, role.default_scopes);
    }
  }

  /** @throws Problem `invalid_input` that says why the provider cannot be used */
  private async assertAnswers(issuer: string): Promise<void> {
    const fault = (msg: string) => InvalidInput([{ loc: ['issuer'], msg, type: 'issuer' }]);
    if (!URL.canParse(issuer)) throw fault('Must be an address, such as https://login.acme.example');
    try {
      await this.openId.discover(issuer);
    } catch (error) {
      if (error instanceof OpenIdError) throw fault(`Its metadata could not be read: ${error.message}`.slice(0, 300));
      throw error;
    }
  }

  private async find({ tenant }: Ctx, id: string): Promise<IdentityProviderEntity> {
    const provider = await this.providers.find(tenant, id);
    if (!provider) throw IdentityProviderNotFound();
    return provider;
  }

  private toItem({ id, client_secret: _, tenant_id: __, ...provider }: IdentityProviderEntity): IdentityProviderItem {
    return { ...provider, provider_id: id, redirect_uri: this.redirect_uri };
  }
}

function parseDomains(domains: readonly string[]): string[] {
  const parsed = domains.map((domain) => domain.toLowerCase());
  const wrong = parsed.findIndex((domain) => !DOMAIN.test(domain));
  if (wrong >= 0) throw InvalidInput([{ loc: ['domains', wrong], msg: 'Must be a domain, such as acme.example', type: 'domain_form' }]);
  return [...new Set(parsed)];
}
