import { Empty, Message } from '../common.js';
import { list, operation } from '../define.js';
import { Bool, type FieldDocs, Instant, List, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { ScopeNotHeld } from './scope.js';

const docs = {
  provider_id: { description: 'Id of the identity provider.', example: 'idp_4kq9' },
  name: { description: 'Name that people see.', example: 'Acme Workforce' },
  issuer: {
    description:
      'Issuer of OpenID Connect Discovery, for instance of Google, Entra ID, Okta or Keycloak. Its metadata is read at each sign-in.',
    example: 'https://login.acme.example',
  },
  client_id: { description: 'Id of Skep as a client of the provider.', example: 'skep' },
  domains: {
    description: 'Domains of the e-mail addresses that sign in here. A domain has one provider in a tenant.',
    example: ['acme.example'],
  },
  scopes: { description: 'Scopes that are asked for, separated by blanks.', example: 'openid email profile groups' },
  groups_claim: { description: 'Claim of the ID token that lists the groups of a person.', example: 'groups' },
  group_roles: { description: 'Roles of groups. The first entry whose group a person has counts.' },
  default_role: { description: 'Role of people without such a group.', example: 'user' },
  creates_accounts: { description: 'Whether the first sign-in of a person creates their account.' },
  created_at: { description: 'When the identity provider was added.' },
} satisfies Record<string, FieldDocs>;

@Shape('The role of a group.')
export class GroupRole {
  @Text({ min: 1, max: 200, description: 'Group, as the provider names it.', example: 'engineering' }) group!: string;
  @Text({ min: 1, max: 50, description: 'Role in Skep.', example: 'developer' }) role!: string;
}

const Issuer = () => Text({ min: 8, max: 500, ...docs.issuer });
const ClientSecret = () =>
  Text({ min: 1, max: 1000, description: 'Secret of this client. It is never shown.', example: 'not stored in clear' });
const Domains = () => List('text', { min: 1, max: 20, length: 253, ...docs.domains });
const Scopes = () => Text({ min: 6, max: 500, ...docs.scopes });
const GroupsClaim = () => Text({ min: 1, max: 100, ...docs.groups_claim });
const GroupRoles = () => List(() => GroupRole, { max: 100, ...docs.group_roles });

@Shape('A new identity provider of your tenant.')
export class CreateIdentityProvider {
  @Text({ min: 1, max: 100, ...docs.name }) name!: string;
  @Issuer() issuer!: string;
  @Text({ min: 1, max: 255, ...docs.client_id }) client_id!: string;
  @ClientSecret() client_secret!: string;
  @Domains() domains!: string[];
  @Scopes() scopes: string = 'openid email profile';
  @GroupsClaim() groups_claim: string = 'groups';
  @GroupRoles() group_roles: GroupRole[] = [];
  @Text({ min: 1, max: 50, ...docs.default_role }) default_role: string = 'user';
  @Bool(docs.creates_accounts) creates_accounts: boolean = true;
}

@Shape('Identifies an identity provider of your tenant.')
export class IdentityProviderRef {
  @Text({ min: 1, max: 64, ...docs.provider_id }) provider_id!: string;
}

@Shape('A change of an identity provider. Fields that are left out do not change.')
export class UpdateIdentityProvider extends IdentityProviderRef {
  @Optional() @Text({ min: 1, max: 100, ...docs.name }) name?: string;
  @Optional() @Issuer() issuer?: string;
  @Optional() @Text({ min: 1, max: 255, ...docs.client_id }) client_id?: string;
  @Optional() @ClientSecret() client_secret?: string;
  @Optional() @Domains() domains?: string[];
  @Optional() @Scopes() scopes?: string;
  @Optional() @GroupsClaim() groups_claim?: string;
  @Optional() @GroupRoles() group_roles?: GroupRole[];
  @Optional() @Text({ min: 1, max: 50, ...docs.default_role }) default_role?: string;
  @Optional() @Bool(docs.creates_accounts) creates_accounts?: boolean;
}

@Shape('An identity provider: where the people of an organisation sign in.')
export class IdentityProviderItem {
  @Text(docs.provider_id) provider_id!: string;
  @Text(docs.name) name!: string;
  @Text(docs.issuer) issuer!: string;
  @Text(docs.client_id) client_id!: string;
  @List('text', docs.domains) domains!: string[];
  @Text(docs.scopes) scopes!: string;
  @Text(docs.groups_claim) groups_claim!: string;
  @List(() => GroupRole, docs.group_roles) group_roles!: GroupRole[];
  @Text(docs.default_role) default_role!: string;
  @Bool(docs.creates_accounts) creates_accounts!: boolean;
  @Text({
    description: 'Redirect address to register at the provider.',
    example: 'https://skep.example.com/v1/auth/sso/callback',
  })
  redirect_uri!: string;
  @Instant(docs.created_at) created_at!: Date;
}

export const IdentityProviderNotFound = problem('identity_provider_not_found', 404, 'No such identity provider.');
export const DomainTaken = problem('domain_taken', 409, 'Another identity provider of the tenant has this domain.');
export const TooManyIdentityProviders = problem('too_many_identity_providers', 409, 'A tenant can have 20 identity providers.');

export const identityProviderMembers = {
  createIdentityProvider: operation('Add an identity provider', {
    description:
      'People whose e-mail address has one of its domains can then sign in there. Its roles may only have scopes that you hold yourself.',
    input: CreateIdentityProvider,
    output: IdentityProviderItem,
    problems: [DomainTaken, TooManyIdentityProviders, ScopeNotHeld],
    scope: 'admin:tenants:write',
    secret: true,
  }),
  listIdentityProviders: operation('List the identity providers of your tenant', {
    description: 'By name.',
    input: Empty,
    output: list(IdentityProviderItem),
    scope: 'admin:tenants:read',
  }),
  updateIdentityProvider: operation('Change an identity provider', {
    description: 'Sessions stay. Roles change with the next sign-in of each person.',
    input: UpdateIdentityProvider,
    output: IdentityProviderItem,
    problems: [IdentityProviderNotFound, DomainTaken, ScopeNotHeld],
    scope: 'admin:tenants:write',
    secret: true,
  }),
  deleteIdentityProvider: operation('Delete an identity provider', {
    description: 'Its people can no longer sign in there. Their accounts and sessions stay.',
    input: IdentityProviderRef,
    output: Message,
    problems: [IdentityProviderNotFound],
    scope: 'admin:tenants:write',
  }),
};
