import { e2eTest, type Mutant } from '@skep/testkit';

const QUERY = 'src/question/check-query.js';
const refused = (title: string) => e2eTest('reader', title);
const ROLE = e2eTest('reader', 'may read no table, write nothing, and become no one');

/** Queries that a language model writes reach nothing else, and what belongs to a person stays theirs. */
export const questions: Mutant[] = [
  {
    name: 'a query calls any function',
    file: QUERY,
    find: "assertName(node['funcname'], FUNCTIONS, 'function')",
    plant: 'void 0',
    test: refused('read settings'),
  },
  {
    name: 'a query reads any relation',
    file: QUERY,
    find: 'if (!VIEWS.some((view) => view === name))',
    plant: 'if (false)',
    test: refused('read the catalogue'),
  },
  {
    name: 'a query has any member, such as a lock or a new table',
    file: QUERY,
    find: 'if (!NODES.has(key) && !MEMBERS.has(key))',
    plant: 'if (false)',
    test: refused('make a table'),
  },
  { name: 'a query is several', file: QUERY, find: 'stmts.length !== 1 || ', plant: '', test: refused('be two') },
  {
    name: 'a query casts to any type',
    file: QUERY,
    find: "assertName(member['names'], TYPES, 'type')",
    plant: 'void 0',
    test: refused('read the catalogue by a cast'),
  },
  {
    name: 'a query asks who runs it',
    file: QUERY,
    find: "kind === 'SQLValueFunction' && ",
    plant: 'false && ',
    test: refused('say who it is'),
  },
  {
    name: 'a query uses any operator',
    file: QUERY,
    find: "if (kind === 'A_Expr')",
    plant: 'if (false)',
    test: refused('use an operator by its schema'),
  },
  {
    name: 'a name is known in its own query, where it means a table',
    file: QUERY,
    find: 'this.visit(ctequery);',
    plant: 'this.named.add(String(ctename)); this.visit(ctequery);',
    test: refused('read a table in the query that has its name'),
  },
  {
    name: 'queries run as the role of the service',
    file: 'src/question/reader.js',
    find: "reader.username += '_reader'",
    plant: "reader.username += ''",
    test: ROLE,
  },
  {
    name: 'the role of queries may read the tables too',
    file: 'sql/show_to_reader.sql',
    find: 'grant select on my_activities, my_days, my_sleep to %I',
    plant: 'grant select on all tables in schema public to %I',
    test: ROLE,
  },
  {
    name: 'a query takes as long as it wants',
    file: 'src/question/reader.js',
    find: '`statement_timeout=${STATEMENT_MS}`',
    plant: "'statement_timeout=0'",
    test: e2eTest('reader', 'take longer than two seconds'),
  },
  {
    name: 'a view shows the rows of all people of the tenant',
    file: 'sql/my_activities.sql',
    find: "m.key = nullif(current_setting('skep.mirror', true), '')::uuid and ",
    plant: '',
    test: e2eTest('reader', 'gets the rows of its person'),
  },
  {
    name: 'conditions of a query see rows that its view hides',
    file: 'sql/my_activities.sql',
    find: ' with (security_barrier)',
    plant: '',
    test: e2eTest('reader', 'cannot be fooled by a condition that would show the rows it passes over'),
  },
  {
    name: 'a conversation is everyone’s',
    file: 'src/question/question.repository.js',
    find: "const OF = 'tenant_id = :tenant and user_id = :user and conversation_id = :conversation_id'",
    plant: "const OF = ':tenant::text is not null and :user::text is not null and conversation_id = :conversation_id'",
    test: e2eTest('questions', 'remembers a conversation, which is its person’s alone'),
  },
  {
    name: 'what people wrote can end the data',
    file: 'src/question/prompts.js',
    find: ".replaceAll('<', '‹')",
    plant: '',
    test: e2eTest('questions', 'gives the model what people wrote as data, which cannot end before its end'),
  },
  {
    name: 'an activity is everyone’s',
    file: 'src/health/health.repository.js',
    find: '`select ${ACTIVITY_COLUMNS} from activity where ${MINE} and (',
    plant: '`select ${ACTIVITY_COLUMNS} from activity where :tenant::text is not null and :user::text is not null and (',
    test: e2eTest('health', 'is found by our id, by that of the provider, and with the provider; by its person only'),
  },
  {
    name: 'a model words a finding with numbers of its own',
    file: 'src/insight/word-insights.js',
    find: 'if (foreign !== undefined)',
    plant: 'if (false)',
    test: { file: 'src/insight/findings.spec.js', name: 'may not have numbers of their own, or leave out the one that counts' },
  },
  {
    name: 'a page counts as read before it is stored',
    file: 'src/health/read-provider.js',
    find: 'await this.health.add(ctx, { provider, origin, seen_at }, records);',
    plant: 'setTimeout(() => void this.health.add(ctx, { provider, origin, seen_at }, records).catch(() => undefined), 300);',
    test: e2eTest('health-crash', 'a backfill that is killed again and again has no gaps and no doubles'),
  },
];
