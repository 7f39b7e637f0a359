import type { Access, Route } from '../routes/define.js';
import { type CallerKind, CALLERS, type Verdict, verdicts } from './callers.js';

const WHO: Record<Access['kind'], string> = {
  open: 'anybody',
  optional: 'anybody; a credential must be good',
  account: 'a person, at their own account',
  user: 'a person',
  admin: 'a service',
  service: 'a service',
};

const INTRODUCTION = `# Who may call what

Every route of the tables in \`apps/api-gateway/src/routes\`, and what the door says to every kind of caller. Written by
\`npm run openapi\`; a test compares it with the tables, and another one presents every credential at every route over HTTP.

\`✓\` lets the caller through to the service which owns the data. There another tenant's or another person's thing is not found (404), so
\`✓\` for somebody of another tenant is a look at their own things. 401 is \`unauthenticated\`, 403 is \`forbidden\`. The event stream, the
pages and whatever else is a controller are not in the tables; their own tests say who may read them.
`;

const SIGN: Record<Verdict, string> = { passes: '✓', 401: '401', 403: '403' };

/** The matrix as Markdown: which route asks for what, and what that means for each kind of caller. */
export function matrix(routes: readonly Route[]): string {
  const callers = Object.keys(CALLERS) as CallerKind[];
  const legend = callers.map((caller) => `- **${caller}**: ${CALLERS[caller]}`);
  const contexts = [...new Set(routes.map(({ operation }) => operation.context))];
  const tables = contexts.map((context) => {
    const lines = routes.filter(({ operation }) => operation.context === context);
    const head = ['route', 'for', ...callers];
    const rows = lines.map((route) => {
      const said = verdicts(route);
      return [`\`${route.method} ${route.path}\``, who(route), ...callers.map((caller) => SIGN[said[caller]])];
    });
    return [`## ${context}`, '', ...[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`), ''].join('\n');
  });
  return [INTRODUCTION, ...legend, '', ...tables].join('\n');
}

/** In words, with what is asked for besides. */
function who({ access, sensitive }: Route): string {
  const words = [WHO[access.kind]];
  if (access.kind === 'admin') words.push(`or a person who holds \`${access.scope}\``);
  if (access.kind === 'user') words.push(`${access.key ? 'or an API key ' : ''}that holds \`${access.scope}\``);
  if ('inPerson' in access && access.inPerson) words.push('and no service for them');
  return `${words.join(' ')}${sensitive ? '; sensitive' : ''}`;
}
