import { Empty } from '../common.js';
import { operation } from '../define.js';
import { AnyJson, Bool, type FieldDocs, Int, Json, List, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { LastAdministrator } from './user.js';
import { ScopeNotHeld } from './scope.js';

// Names and forms are those of SCIM 2.0 (RFC 7643 and RFC 7644).
const docs = {
  schemas: { description: 'URIs of the schemas.', example: ['urn:ietf:params:scim:schemas:core:2.0:User'] },
  externalId: { description: 'Id of the client for it.', example: '00u1a2b3' },
  userName: { description: 'E-mail address. Its domain must have an identity provider.', example: 'ada@acme.example' },
  name: { description: '`givenName` and `familyName`.', example: { givenName: 'Ada', familyName: 'Byron' } },
  active: { description: 'Whether the person may sign in.' },
  displayName: { description: 'Name of the group. The group roles of identity providers use it.', example: 'engineering' },
  members: { description: 'Its members, at most 1,000 of a request.' },
  meta: { description: '`resourceType`, `created` and `location`.' },
  id: { description: 'Id in Skep.', example: 'imp_u_7c2f9e1ab4' },
} satisfies Record<string, FieldDocs>;
const Schemas = () => List('text', docs.schemas);
const ExternalId = () => Text({ max: 255, ...docs.externalId });
const Id = () => Text({ min: 1, max: 64, ...docs.id });

@Shape('Selects resources of SCIM.')
export class ScimQuery {
  @Optional()
  @Text({
    max: 500,
    description: 'One comparison with `eq`: `userName`, `externalId` or `id` of users; `displayName`, `externalId` or `id` of groups.',
    example: 'userName eq "ada@acme.example"',
  })
  filter?: string;
  @Int({ min: 0, max: 10_000, description: 'Number of the first resource; the first one of all is 1.' }) startIndex: number = 1;
  @Int({ min: 0, max: 200, description: 'Number of resources to return.' }) count: number = 100;
}

@Shape('A list of resources of SCIM.')
export class ScimList {
  @List('text', { ...docs.schemas, example: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'] }) schemas!: string[];
  @Int({ description: 'Number of all resources, counted up to 10,000.' }) totalResults!: number;
  @Int({ description: 'Number of the first resource.' }) startIndex!: number;
  @Int({ description: 'Number of returned resources.' }) itemsPerPage!: number;
  @List('json', { description: 'The resources.' }) Resources!: Record<string, unknown>[];
}

@Shape('Identifies a resource of SCIM.')
export class ScimRef {
  @Id() id!: string;
}

@Shape('A person to provision.')
export class CreateScimUser {
  @Optional() @Schemas() schemas?: string[];
  @Text({ min: 3, max: 254, ...docs.userName }) userName!: string;
  @Optional() @ExternalId() externalId?: string;
  @Optional() @Json(docs.name) name?: Record<string, unknown>;
  @Bool(docs.active) active: boolean = true;
}

@Shape('A person as they shall be.')
export class ReplaceScimUser extends CreateScimUser {
  @Id() id!: string;
}

@Shape('Changes of a resource of SCIM (RFC 7644 §3.5.2).')
export class PatchScim extends ScimRef {
  @Optional() @Schemas() schemas?: string[];
  @List('json', { min: 1, max: 100, description: '`op`, `path` and `value` of each change.' }) Operations!: Record<string, unknown>[];
}

@Shape('A provisioned person.')
export class ScimUser {
  @Schemas() schemas!: string[];
  @Id() id!: string;
  @Optional() @ExternalId() externalId?: string;
  @Text(docs.userName) userName!: string;
  @Json(docs.name) name!: Record<string, unknown>;
  @List('json', { description: 'The e-mail address.' }) emails!: Record<string, unknown>[];
  @Bool(docs.active) active!: boolean;
  @Json(docs.meta) meta!: Record<string, unknown>;
}

@Shape('A member of a group.')
export class ScimMember {
  @Text({ min: 1, max: 64, description: 'Id of the person.', example: 'imp_u_7c2f9e1ab4' }) value!: string;
}

@Shape('A group to provision.')
export class CreateScimGroup {
  @Optional() @Schemas() schemas?: string[];
  @Text({ min: 1, max: 200, ...docs.displayName }) displayName!: string;
  @Optional() @ExternalId() externalId?: string;
  @List(() => ScimMember, { max: 1000, ...docs.members }) members: ScimMember[] = [];
}

@Shape('A group as it shall be.')
export class ReplaceScimGroup extends CreateScimGroup {
  @Id() id!: string;
}

@Shape('A provisioned group.')
export class ScimGroup {
  @Schemas() schemas!: string[];
  @Id() id!: string;
  @Optional() @ExternalId() externalId?: string;
  @Text(docs.displayName) displayName!: string;
  @Optional() @List(() => ScimMember, { max: 10_000, description: 'Its members. Missing in lists.' }) members?: ScimMember[];
  @Json(docs.meta) meta!: Record<string, unknown>;
}

@Shape('What the SCIM service can do (RFC 7643 §5).')
export class ScimServiceConfig {
  @Schemas() schemas!: string[];
  @Json({ description: 'Whether resources can be changed in part.' }) patch!: Record<string, unknown>;
  @Json({ description: 'Whether many requests can be sent as one.' }) bulk!: Record<string, unknown>;
  @Json({ description: 'Whether lists can be filtered.' }) filter!: Record<string, unknown>;
  @Json({ description: 'Whether passwords can be changed.' }) changePassword!: Record<string, unknown>;
  @Json({ description: 'Whether lists can be sorted.' }) sort!: Record<string, unknown>;
  @Json({ description: 'Whether resources have versions.' }) etag!: Record<string, unknown>;
  @AnyJson({ description: 'How clients authenticate.' }) authenticationSchemes!: unknown;
}

export const ScimNotFound = problem('scim_not_found', 404, 'No such resource.');
export const ScimUniqueness = problem('scim_uniqueness', 409, 'Another resource has this name.');
export const ScimFilterInvalid = problem('scim_filter_invalid', 400, 'Only one comparison with `eq` is supported.');
export const ScimPatchInvalid = problem('scim_patch_invalid', 400, 'These changes are not valid.');

const read = { scope: 'admin:users:read' } as const;
const write = { scope: 'admin:users:write' } as const;
const granting = [ScopeNotHeld, LastAdministrator];

export const provisioningMembers = {
  getScimServiceConfig: operation('Read what the SCIM service can do', {
    description: 'For the identity provider of an organisation, which keeps its people and groups in step with Skep (SCIM 2.0).',
    input: Empty,
    output: ScimServiceConfig,
    ...read,
  }),
  listScimResourceTypes: operation('List the types of resources', {
    description: 'Users and groups.',
    input: Empty,
    output: ScimList,
    ...read,
  }),
  listScimSchemas: operation('List the schemas of resources', {
    description: 'Of users and groups.',
    input: Empty,
    output: ScimList,
    ...read,
  }),
  listScimUsers: operation('List provisioned people', {
    description: 'The accounts of your tenant that an identity provider has created, by sign-in or here.',
    input: ScimQuery,
    output: ScimList,
    problems: [ScimFilterInvalid],
    ...read,
  }),
  getScimUser: operation('Read a provisioned person', {
    description: 'An account of your tenant that an identity provider has created.',
    input: ScimRef,
    output: ScimUser,
    problems: [ScimNotFound],
    ...read,
  }),
  createScimUser: operation('Provision a person', {
    description: 'They get an account without a password, and sign in at the identity provider of their domain.',
    input: CreateScimUser,
    output: ScimUser,
    problems: [ScimUniqueness, ...granting],
    ...write,
  }),
  replaceScimUser: operation('Replace a provisioned person', {
    description: 'A person who is not active is signed out everywhere.',
    input: ReplaceScimUser,
    output: ScimUser,
    problems: [ScimNotFound, ScimUniqueness, ...granting],
    ...write,
  }),
  patchScimUser: operation('Change a provisioned person', {
    description: 'A person who is not active is signed out everywhere.',
    input: PatchScim,
    output: ScimUser,
    problems: [ScimNotFound, ScimUniqueness, ScimPatchInvalid, ...granting],
    ...write,
  }),
  deleteScimUser: operation('Remove a provisioned person', {
    description: 'Deactivates the account and hides it here. Provisioning the same address again restores it.',
    input: ScimRef,
    output: Empty,
    problems: [ScimNotFound, ...granting],
    scope: 'admin:users:delete',
  }),
  listScimGroups: operation('List provisioned groups', {
    description: 'Without members.',
    input: ScimQuery,
    output: ScimList,
    problems: [ScimFilterInvalid],
    ...read,
  }),
  getScimGroup: operation('Read a provisioned group', {
    description: 'With its members.',
    input: ScimRef,
    output: ScimGroup,
    problems: [ScimNotFound],
    ...read,
  }),
  createScimGroup: operation('Provision a group', {
    description: 'Its members get the role that the identity provider of their domain has for the group.',
    input: CreateScimGroup,
    output: ScimGroup,
    problems: [ScimUniqueness, ...granting],
    ...write,
  }),
  replaceScimGroup: operation('Replace a provisioned group', {
    description: 'People whom it does not name are not members any more.',
    input: ReplaceScimGroup,
    output: ScimGroup,
    problems: [ScimNotFound, ScimUniqueness, ...granting],
    ...write,
  }),
  patchScimGroup: operation('Change a provisioned group', {
    description: 'Adds and removes members, or renames it.',
    input: PatchScim,
    output: ScimGroup,
    problems: [ScimNotFound, ScimUniqueness, ScimPatchInvalid, ...granting],
    ...write,
  }),
  deleteScimGroup: operation('Remove a provisioned group', {
    description: 'Its members lose the role that it gave them.',
    input: ScimRef,
    output: Empty,
    problems: [ScimNotFound, ...granting],
    ...write,
  }),
};
