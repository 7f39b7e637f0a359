import { useSuspenseQuery } from '@tanstack/react-query';
import { extensionsQuery } from '../../data/queries.js';
import { m } from '../../messages/index.js';
import { CopyText } from '../../ui/code.js';
import { Card, Page, Section } from '../../ui/layout.js';

const json = (value: object) => JSON.stringify(value, undefined, 2);

/** What each client is given, by its name. */
const clientsOf = (url: string): Record<string, string> => ({
  'Claude Code': `claude mcp add --transport http skep ${url}`,
  'Claude Desktop, Claude.ai': url,
  'VS Code': `code --add-mcp '${JSON.stringify({ name: 'skep', type: 'http', url })}'`,
  Cursor: json({ mcpServers: { skep: { url } } }),
  'Codex CLI': `[mcp_servers.skep]\nurl = "${url}"`,
  'Gemini CLI': `gemini mcp add --transport http skep ${url}`,
});

/** How other programs use the apps as tools. */
export function Mcp() {
  const { data: extensions } = useSuspenseQuery(extensionsQuery);
  const url = `${location.origin}/mcp`;
  const own = extensions.filter(({ system, is_disabled, functions }) => !system && !is_disabled && functions.length > 0);
  return (
    <Page title={m.mcp.title} lead={m.mcp.lead}>
      <Card className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <p className="text-sm text-muted">{m.mcp.addressLead}</p>
        <CopyText label={m.mcp.address} text={url} />
        <CopyText label={m.mcp.many} text={`${url}?tools=search`} />
      </Card>
      <Section title={m.mcp.clients}>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4 lg:grid-cols-2">
          {Object.entries(clientsOf(url)).map(([name, text]) => (
            <Card key={name}>
              <CopyText label={name} text={text} />
            </Card>
          ))}
        </div>
      </Section>
      {own.length > 0 && (
        <Section title={m.mcp.oneApp}>
          <Card className="grid grid-cols-[minmax(0,1fr)] gap-4">
            {own.map(({ app_id, name }) => (
              <CopyText key={app_id} label={name} text={`${url}/${encodeURIComponent(app_id)}`} />
            ))}
          </Card>
        </Section>
      )}
    </Page>
  );
}
