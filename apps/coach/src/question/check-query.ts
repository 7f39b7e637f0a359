import { parse } from 'libpg-query';

/** What a query may read: views of the rows of one person. */
export const VIEWS = ['my_activities', 'my_sleep', 'my_days'] as const;

export const QUERY_MAX = 4_000;

/** Why a query may not run, for the model that wrote it. */
export class QueryRefused extends Error {}

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(Boolean));

/** The kinds of nodes that a query may consist of. What is not listed is refused: a new kind of Postgres is, until someone has thought about it. */
const NODES =
  words(`SelectStmt ResTarget ColumnRef String Integer Float Boolean A_Star A_Const A_Expr A_ArrayExpr BoolExpr NullTest BooleanTest CaseExpr
  CaseWhen CoalesceExpr MinMaxExpr FuncCall TypeCast List SortBy WindowDef RangeVar RangeSubselect JoinExpr SubLink SQLValueFunction`);

/**
 * The members of nodes that say nothing new, or hold nodes that are looked at in turn. `intoClause`, `lockingClause`, `schemaname` and others are not
 * among them.
 */
const MEMBERS = words(`location
  targetList distinctClause fromClause whereClause groupClause groupDistinct groupByAll havingClause windowClause valuesLists sortClause limitCount limitOffset limitOption
  op all larg rarg
  name val fields sval ival fval boolval boolval bsval isnull arg args expr result defresult nulltesttype booltesttype boolop kind lexpr rexpr elements
  funcname funcformat agg_order agg_filter agg_within_group agg_star agg_distinct over partitionClause orderClause frameOptions startOffset endOffset refname
  typeName names typmod typmods typemod arrayBounds items node sortby_dir sortby_nulls
  relname inh relpersistence alias aliasname colnames lateral subquery jointype isNatural usingClause quals rtindex
  subLinkType testexpr operName subselect list_start list_end rexpr_list_start rexpr_list_end`);

/** Functions of values and of rows. None of them reads a setting, a file, the catalogue or another session, and none waits. */
const FUNCTIONS =
  words(`count sum avg min max stddev stddev_samp stddev_pop variance var_samp var_pop corr regr_slope regr_intercept bool_and bool_or every
  percentile_cont percentile_disc mode row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
  abs ceil ceiling floor round trunc sqrt sign mod
  date_trunc date_part extract age now to_char make_date make_interval timezone justify_hours justify_days
  lower upper length char_length initcap btrim ltrim rtrim concat left right string_agg`);
const TYPES = words('int2 int4 int8 integer bigint float4 float8 numeric text varchar bool date timestamp timestamptz time interval');
const OPERATORS = words('+ - * / % = <> != < > <= >= || ~~ !~~ ~~* !~~* BETWEEN');
/** Values of the session that say who or where it is are not among them. */
const VALUES = words('SVFOP_CURRENT_DATE SVFOP_CURRENT_TIMESTAMP SVFOP_CURRENT_TIMESTAMP_N SVFOP_LOCALTIMESTAMP SVFOP_LOCALTIMESTAMP_N');

type Node = Readonly<Record<string, unknown>>;

/**
 * Checks that a query is one SELECT that reads nothing but the views, with functions of values only. It is the parser of Postgres that reads it, so
 * that both understand the same.
 * @returns the views that it reads
 * @throws QueryRefused
 */
export async function checkQuery(sql: string): Promise<string[]> {
  if (sql.length > QUERY_MAX) throw new QueryRefused(`it is longer than ${QUERY_MAX} characters`);
  const parsed = await parse(sql).catch((error: unknown) => {
    throw new QueryRefused(error instanceof Error ? error.message : 'it is not SQL');
  });
  const { stmts = [] } = parsed;
  if (stmts.length !== 1 || !stmts[0]?.stmt || !('SelectStmt' in stmts[0].stmt)) throw new QueryRefused('it is not one SELECT');
  const { withClause, ...select } = stmts[0].stmt.SelectStmt as Node;
  const check = new Check();
  if (withClause) check.visitNamed(withClause as Node);
  check.visit(select);
  if (!check.views.size) throw new QueryRefused(`it reads none of ${VIEWS.join(', ')}`);
  return [...check.views].sort();
}

class Check {
  readonly views = new Set<string>();
  /** Queries with a name, from here on. */
  private readonly named = new Set<string>();

  /** `with` of the whole query; elsewhere it is refused. A query knows those before it: its own name in it is a relation of Postgres. */
  visitNamed({ ctes, location: _, ...others }: Node): void {
    assertNone(others);
    for (const each of ctes as Node[]) {
      const { ctename, ctequery, ctematerialized: __, aliascolnames: ___, location: ____, ...more } = each['CommonTableExpr'] as Node;
      assertNone(more);
      this.visit(ctequery);
      this.named.add(String(ctename));
    }
  }

  /** @throws QueryRefused */
  visit(value: unknown): void {
    if (Array.isArray(value)) return value.forEach((each) => this.visit(each));
    if (typeof value !== 'object' || value === null) return;
    for (const [key, member] of Object.entries(value)) {
      if (!NODES.has(key) && !MEMBERS.has(key)) throw new QueryRefused(`${key} is not allowed`);
      if (NODES.has(key)) this.assertNode(key, member as Node);
      if (key === 'typeName') assertName((member as Node)['names'], TYPES, 'type');
      this.visit(member);
    }
  }

  private assertNode(kind: string, node: Node): void {
    if (kind === 'FuncCall') assertName(node['funcname'], FUNCTIONS, 'function');
    if (kind === 'A_Expr') assertOperator(node['name']);
    if (kind === 'SubLink' && node['operName']) assertOperator(node['operName']);
    if (kind === 'SQLValueFunction' && !VALUES.has(String(node['op']))) throw new QueryRefused('it asks for a value of the session');
    if (kind === 'RangeVar') this.assertRelation(String(node['relname']));
  }

  private assertRelation(name: string): void {
    if (this.named.has(name)) return;
    if (!VIEWS.some((view) => view === name)) throw new QueryRefused(`${name} is not one of ${VIEWS.join(', ')}`);
    this.views.add(name);
  }
}

function assertNone(members: Node): void {
  for (const name of Object.keys(members)) throw new QueryRefused(`${name} is not allowed`);
}

const textsOf = (list: unknown): string[] =>
  (Array.isArray(list) ? (list as Node[]) : []).map((each) => String((each['String'] as Node | undefined)?.['sval'] ?? ''));

/** `round`, or `pg_catalog.round`, which is what the grammar makes of special forms such as `extract(…)`. */
function assertName(list: unknown, allowed: ReadonlySet<string>, what: string): void {
  const names = textsOf(list);
  const name = names.at(-1) ?? '';
  if (names.length > 2 || (names.length === 2 && names[0] !== 'pg_catalog') || !allowed.has(name))
    throw new QueryRefused(`the ${what} ${names.join('.')} is not allowed`);
}

function assertOperator(list: unknown): void {
  const names = textsOf(list);
  if (names.length !== 1 || !OPERATORS.has(names[0]!.replace(/^(NOT )?BETWEEN( SYMMETRIC)?$/, 'BETWEEN')))
    throw new QueryRefused(`the operator ${names.join('.')} is not allowed`);
}
