import type { Shapes } from '../../data/api.js';
import type { Files } from '../../data/release-files.js';
import { m } from '../../messages/index.js';
import { FilesDiff } from '../../ui/files-diff.js';
import { toWords } from '../../ui/format.js';
import { Badge, Card, Row, Rows, Section } from '../../ui/layout.js';

/** The texts of the listing. */
export const Texts = ({ app: { description, category, git_url } }: { app: Shapes['App'] }) => (
  <Section title={m.review.reviewed.listing}>
    <Card className="grid gap-2 text-sm">
      <p className="whitespace-pre-line [overflow-wrap:anywhere]">{description || m.review.reviewed.noDescription}</p>
      <p className="text-muted [overflow-wrap:anywhere]">{[category, git_url].filter(Boolean).join(' · ')}</p>
    </Card>
  </Section>
);

const KINDS = {
  read: [m.appPage.reads, 'plain'],
  write: [m.appPage.writes, 'accent'],
  destructive: [m.appPage.destructive, 'danger'],
} as const;

/** The functions, as people and language models read them. */
export const Functions = ({ functions }: { functions: Shapes['FunctionInfo'][] }) => (
  <Section title={m.review.reviewed.functions} lead={m.review.reviewed.functionsLead}>
    <Rows>
      {functions.map(({ name, description, action_type, params_schema }) => {
        const [kind, tone] = KINDS[(action_type ?? 'write') as keyof typeof KINDS] ?? KINDS.write;
        return (
          <Row key={name} actions={<Badge tone={tone}>{kind}</Badge>}>
            <p className="font-medium">
              {toWords(name)} <span className="font-mono text-xs font-normal text-muted">{name}</span>
            </p>
            <p className="text-sm text-muted">{description}</p>
            <details className="mt-1 text-sm">
              <summary className="rounded">{m.appPage.details}</summary>
              <pre tabIndex={0} className="mt-2 overflow-x-auto rounded-lg bg-sunken px-3 py-2 font-mono text-xs">
                {JSON.stringify(params_schema, null, 2)}
              </pre>
            </details>
          </Row>
        );
      })}
    </Rows>
  </Section>
);

const toText = (tool: unknown) => (tool ? `${JSON.stringify(tool, null, 2)}\n` : '');

/** The MCP server that the functions run on, with each tool that differs from the approved one. */
export function McpServer({ server: { url, credential, approved, changes } }: { server: Shapes['McpServerReview'] }) {
  const filesOf = (side: 'before' | 'after'): Files => Object.fromEntries(changes.map((change) => [change.tool, toText(change[side])]));
  return (
    <Section title={m.review.reviewed.server}>
      <Card className="grid gap-1 text-sm [overflow-wrap:anywhere]">
        <p className="font-mono">{url}</p>
        {credential && <p className="font-mono text-xs text-muted">{JSON.stringify(credential)}</p>}
        {approved && approved.url !== url && <p className="text-danger">{m.review.reviewed.serverWas(approved.url)}</p>}
      </Card>
      {approved && <FilesDiff before={filesOf('before')} after={filesOf('after')} />}
    </Section>
  );
}
