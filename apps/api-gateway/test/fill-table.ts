import type { Infrastructure } from '@skep/testkit';

const COLUMNS = `
  select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attname in ('tenant_id', 'user_id') as is_owner,
         a.attnotnull and not a.atthasdef and a.attidentity = '' as is_needed,
         (select substring(pg_get_constraintdef(k.oid) from '''([^'']*)''::text')
            from pg_constraint k where k.conrelid = a.attrelid and k.contype = 'c' and k.conkey = array[a.attnum] limit 1) as word
    from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''`;

/** A value of a type, as SQL. */
function valueOf(type: string, text: string): string {
  if (type.endsWith('[]')) return `'{}'`;
  if (type === 'text') return `'${text}'`;
  if (type === 'uuid') return 'gen_random_uuid()';
  if (type === 'bytea') return `sha256('${text}')`;
  if (type === 'jsonb') return `'{}'`;
  if (type === 'boolean') return 'false';
  if (type === 'date' || type.startsWith('timestamp')) return 'now()';
  return '1';
}

/** Adds a row of a user to a table of which the test knows nothing: each column that must have a value has one, and texts have a marker. Foreign keys are not checked. */
export async function fillTable({ query }: Infrastructure, service: string, table: string, user_id: string, marker: string): Promise<void> {
  const columns = await query(service, COLUMNS, [table]);
  const used = columns.filter(({ is_owner, is_needed }) => is_owner || is_needed);
  const values = used.map(({ name, type, word }) => {
    if (name === 'tenant_id') return `'default'`;
    if (name === 'user_id') return `'${user_id}'`;
    return valueOf(String(type), word === null ? `${marker} ${String(name)}` : String(word));
  });
  const names = used.map(({ name }) => `"${String(name)}"`).join(', ');
  await query(
    service,
    `with unchecked as (select set_config('session_replication_role', 'replica', true)) insert into "${table}" (${names}) select ${values.join(', ')} from unchecked`,
  );
}
