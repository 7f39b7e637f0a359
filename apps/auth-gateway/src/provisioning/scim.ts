import { InvalidInput, type ProblemKind } from '@skep/contracts';
import { ScimFilterInvalid, type ScimList, ScimPatchInvalid, type ScimQuery } from '@skep/contracts/auth';
import type SCIMMY from 'scimmy';

// The parts of SCIM 2.0 (RFC 7643, RFC 7644) that do not depend on our tables.

export const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const LIST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

let loaded: Promise<typeof SCIMMY> | undefined;

/** The library takes 7 MB, so it is loaded when a provider first needs it. Attributes of the enterprise extension are valid, and not stored. */
const load = (): Promise<typeof SCIMMY> =>
  (loaded ??= import('scimmy').then(({ default: library }) => {
    library.Schemas.User.definition.extend(library.Schemas.EnterpriseUser.definition, false);
    return library;
  }));

type Resource = Record<string, unknown>;

export const toList = ({ startIndex }: Pick<ScimQuery, 'startIndex'>, totalResults: number, Resources: Resource[]): ScimList => ({
  schemas: [LIST_SCHEMA],
  totalResults,
  startIndex: Math.max(1, startIndex),
  itemsPerPage: Resources.length,
  Resources,
});

/** The compared attribute and its value. @throws Problem `scim_filter_invalid` unless it is one `eq` of these attributes */
export async function parseFilter<Name extends string>(
  filter: string | undefined,
  names: readonly Name[],
): Promise<{ name: Name; value: string } | undefined> {
  if (!filter) return undefined;
  const { Types } = await load();
  const parsed = await attempt(() => [...new Types.Filter(filter)] as Record<string, unknown>[], ScimFilterInvalid);
  const [[attribute, comparison] = []] = parsed.map((one) => Object.entries(one)[0] ?? []);
  const [operator, value] = Array.isArray(comparison) ? (comparison as unknown[]) : [];
  const name = names.find((known) => known.toLowerCase() === attribute?.toLowerCase());
  if (parsed.length !== 1 || Object.keys(parsed[0] ?? {}).length !== 1 || operator !== 'eq' || !name || typeof value !== 'string')
    throw ScimFilterInvalid(`Only one comparison with "eq" is supported, of ${names.join(', ')}.`);
  return { name, value };
}

/** The resource after the changes. Lists of people, such as their telephone numbers, are not stored. Some clients send truth values as text. @throws Problem `scim_patch_invalid` */
export async function applyPatch(type: 'User' | 'Group', resource: Resource, Operations: readonly Resource[]): Promise<Resource> {
  const operations = Operations.filter(({ path }) => type === 'Group' || !String(path).includes('[')).map(({ value, ...operation }) => ({
    ...operation,
    ...(value !== undefined && { value: withTruth(operation, value) }),
  }));
  if (!operations.length) return resource;
  const { Messages, Schemas } = await load();
  return attempt(async () => {
    const patch = new Messages.PatchOp({ schemas: [PATCH_SCHEMA], Operations: operations } as never);
    let after: object = resource;
    await patch.apply(new Schemas[type](resource as never) as never, (patched: object) => Promise.resolve((after = patched) as never));
    return JSON.parse(JSON.stringify(after)) as Resource;
  }, ScimPatchInvalid);
}

/** The definitions of the schemas, as clients read them. */
export async function listSchemas(): Promise<Resource[]> {
  const { User, Group } = (await load()).Schemas;
  return [User, Group].map(({ definition }) => JSON.parse(JSON.stringify(definition.describe())) as Resource);
}

/** The types of resources. */
export const RESOURCE_TYPES: Resource[] = [
  { id: 'User', name: 'User', endpoint: '/Users', schema: USER_SCHEMA },
  { id: 'Group', name: 'Group', endpoint: '/Groups', schema: GROUP_SCHEMA },
].map((type) => ({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'], ...type }));

function withTruth({ path }: Resource, value: unknown): unknown {
  const toTruth = (text: unknown) => (typeof text === 'string' && /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : text);
  if (path === 'active') return toTruth(value);
  return typeof value === 'object' && value !== null && 'active' in value ? { ...value, active: toTruth(value.active) } : value;
}

/** @throws Problem of this kind, which says what the library refuses */
async function attempt<T>(work: () => T | Promise<T>, kind: ProblemKind): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw kind(error instanceof Error ? error.message : undefined);
  }
}

/** @throws Problem `invalid_input` unless it is text of at most so many characters */
export function textOf(value: unknown, field: string, max: number): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= max) return value;
  throw InvalidInput([{ loc: [field], msg: `Must be a text of 1 to ${max} characters`, type: 'is_length' }]);
}
