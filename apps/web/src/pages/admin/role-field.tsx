import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Field } from '../../ui/form.js';

export const rolesQuery = queryOptions({ queryKey: ['roles'], queryFn: () => dataOf(api.GET('/v1/roles')) });

/** A choice of the roles of the tenant. @param any the text of no choice; without it one must be chosen */
export function RoleField({ name, defaultValue = '', any }: { name: string; defaultValue?: string; any?: string }) {
  const { data } = useQuery(rolesQuery);
  const names = [...new Set([...(data ?? []).map((role) => role.name), ...(defaultValue ? [defaultValue] : [])])];
  return (
    <Field name={name} label={m.users.role}>
      {(control) => (
        <select key={names.length} {...control} defaultValue={defaultValue}>
          {any !== undefined && <option value="">{any}</option>}
          {names.map((role) => (
            <option key={role}>{role}</option>
          ))}
        </select>
      )}
    </Field>
  );
}
