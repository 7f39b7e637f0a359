import { type AlterTableCmd, type ColumnDef, type Node, parse } from 'libpg-query';

/** The kinds of `alter table` under which statements of an older copy fail, or find other values than they expect. */
const BREAKING_CHANGES: Partial<Record<NonNullable<AlterTableCmd['subtype']>, string>> = {
  AT_DropColumn: 'removes the column',
  AT_AlterColumnType: 'changes the type of the column',
  AT_SetNotNull: 'forbids null in the column',
  AT_DropNotNull: 'allows null in the column',
  AT_AddConstraint: 'adds the constraint',
};

/**
 * What a migration does that copies of the release before cannot live beside during a rolling upgrade: it removes, renames or restricts something
 * that is not its own. `drop index` is none of it, and what it does to tables that it creates itself neither.
 * @returns a phrase for each, such as `document: removes the column "data"`
 * @throws Error where Postgres' own parser refuses the text
 */
export async function breaksOf(sql: string): Promise<string[]> {
  const { stmts = [] } = await parse(sql);
  const own = new Set<string>();
  return stmts.flatMap(({ stmt }) => {
    const created = stmt && createdTable(stmt);
    if (created) own.add(created);
    return stmt ? breaksOfStatement(stmt, own) : [];
  });
}

function createdTable(stmt: Node): string | undefined {
  if ('CreateStmt' in stmt) return stmt.CreateStmt.relation?.relname;
  if ('CreateTableAsStmt' in stmt) return stmt.CreateTableAsStmt.into?.rel?.relname;
}

function breaksOfStatement(stmt: Node, own: ReadonlySet<string>): string[] {
  const ofOthers = (table: string | undefined, what: string[]) => (own.has(table ?? '') ? [] : what.map((each) => `${table}: ${each}`));
  if ('DropStmt' in stmt) {
    const { removeType = '', objects = [] } = stmt.DropStmt;
    if (removeType === 'OBJECT_INDEX') return [];
    const what = [`removes the ${removeType.replace('OBJECT_', '').toLowerCase()}`];
    return objects.flatMap((object) => ofOthers(lastName(object), what));
  }
  if ('RenameStmt' in stmt) {
    const { relation, subname, newname } = stmt.RenameStmt;
    return ofOthers(relation?.relname, [`renames ${subname ? `"${subname}"` : 'it'} to "${newname}"`]);
  }
  if ('IndexStmt' in stmt) {
    const { unique, idxname, relation } = stmt.IndexStmt;
    return unique ? ofOthers(relation?.relname, [`adds the unique index "${idxname}"`]) : [];
  }
  if ('AlterTableStmt' in stmt) {
    const { cmds = [], relation } = stmt.AlterTableStmt;
    return ofOthers(
      relation?.relname,
      cmds.flatMap((cmd) => ('AlterTableCmd' in cmd ? breaksOfChange(cmd.AlterTableCmd) : [])),
    );
  }
  if ('GrantStmt' in stmt && !stmt.GrantStmt.is_grant) return ['revokes rights'];
  if ('TruncateStmt' in stmt) return ['empties tables'];
  if ('DoStmt' in stmt) return ['runs a block that cannot be examined'];
  return [];
}

function breaksOfChange({ subtype = 'AT_AddColumn', name, def }: AlterTableCmd): string[] {
  if (subtype === 'AT_AddColumn') {
    const column = def && 'ColumnDef' in def ? def.ColumnDef : {};
    return needsValue(column) ? [`adds the column "${column.colname}", which needs a value and has no default`] : [];
  }
  if (subtype === 'AT_ColumnDefault' && !def) return [`removes the default of the column "${name}"`];
  const change = BREAKING_CHANGES[subtype];
  const constraint = def && 'Constraint' in def ? def.Constraint.conname : undefined;
  return change ? [`${change} "${constraint ?? name ?? ''}"`] : [];
}

function needsValue({ constraints = [] }: ColumnDef): boolean {
  const kinds = constraints.flatMap((each) => ('Constraint' in each ? [each.Constraint.contype] : []));
  const isFilled = kinds.some((kind) => kind === 'CONSTR_DEFAULT' || kind === 'CONSTR_IDENTITY' || kind === 'CONSTR_GENERATED');
  return !isFilled && kinds.some((kind) => kind === 'CONSTR_NOTNULL' || kind === 'CONSTR_PRIMARY');
}

/** The last part of a name, which may have a schema or, of a function, parameters. */
function lastName(object: Node): string {
  if ('String' in object) return object.String.sval ?? '';
  if ('ObjectWithArgs' in object) return lastName(object.ObjectWithArgs.objname?.at(-1) ?? object);
  if ('List' in object) return lastName(object.List.items?.at(-1) ?? { String: { sval: '' } });
  if ('TypeName' in object) return lastName(object.TypeName.names?.at(-1) ?? { String: { sval: '' } });
  return '';
}
