import type { IdentityProviderEntity } from './identity-provider.entity.js';

/** The role of a person with these groups: that of the first entry whose group they have. */
export const roleOf = (
  { group_roles, default_role }: Pick<IdentityProviderEntity, 'group_roles' | 'default_role'>,
  groups: readonly string[],
): string => group_roles.find(({ group }) => groups.includes(group))?.role ?? default_role;
