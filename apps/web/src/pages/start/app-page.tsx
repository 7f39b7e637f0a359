import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ApiProblem, type Shapes } from '../../data/api.js';
import { extensionsQuery } from '../../data/queries.js';
import { useMe } from '../../data/session.js';
import { m } from '../../messages/index.js';
import { AppIcon } from '../../ui/app-icon.js';
import { buttonClass } from '../../ui/button.js';
import { toWords } from '../../ui/format.js';
import { Badge, Page, Section } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';
import { callFunction } from './call.js';
import { CallResult } from './call-result.js';
import { PanelHost } from './panel-host.js';
import { type Panel, Panels } from './panels.js';
import { SchemaForm } from './schema-form.js';

type FunctionInfo = Shapes['FunctionInfo'];

/** Functions that Skep itself calls. */
const isInternal = ({ name }: FunctionInfo) => name.startsWith('__') || name.startsWith('_internal_') || name.startsWith('skeleton_');

export function AppPage() {
  const { appId } = useParams({ strict: false }) as { appId: string };
  const { data: extensions } = useSuspenseQuery(extensionsQuery);
  const app = extensions.find(({ app_id }) => app_id === appId);
  if (!app) throw new ApiProblem(404, 'not_found', m.errors.notFound);
  const functions = app.functions.filter((one) => !isInternal(one));
  const panels = app.panels as unknown as Panel[];
  return (
    <Page
      title={app.name}
      lead={app.description}
      actions={
        !app.system && (
          <Link to="/marketplace/$appId" params={{ appId }} className={buttonClass()}>
            {m.appPage.inMarketplace}
          </Link>
        )
      }
    >
      <div className="flex flex-wrap items-center gap-2">
        <AppIcon icon={app.icon} name={app.name} />
        {app.version && <Badge>{app.version}</Badge>}
        {app.is_disabled && <Badge>{m.home.off}</Badge>}
        {app.is_suspended && <Badge tone="danger">{m.home.suspended}</Badge>}
      </div>
      <PanelHost appId={appId} panels={panels}>
        {panels.length > 0 && <Panels appId={appId} panels={panels} />}
        {functions.length > 0 && (
          <Section title={m.appPage.functions} lead={m.appPage.functionsLead}>
            <ul className="grid gap-3">
              {functions.map((one) => (
                <li key={one.name}>
                  <FunctionCard appId={appId} fn={one} open={functions.length === 1} />
                </li>
              ))}
            </ul>
          </Section>
        )}
      </PanelHost>
    </Page>
  );
}

const KINDS = {
  read: [m.appPage.reads, 'plain'],
  write: [m.appPage.writes, 'accent'],
  destructive: [m.appPage.destructive, 'danger'],
} as const;

function FunctionCard({ appId, fn, open }: { appId: string; fn: FunctionInfo; open: boolean }) {
  const { imperal_id } = useMe();
  const call = useMutation({
    mutationFn: (params: Record<string, unknown>) => callFunction({ app_id: appId, user_id: imperal_id, function: fn.name, params }),
  });
  const [kind, tone] = KINDS[(fn.action_type ?? 'write') as keyof typeof KINDS] ?? KINDS.write;
  return (
    <details open={open} className="group rounded-xl border border-line bg-surface shadow-card">
      <summary className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-xl px-5 py-4">
        <span className="min-w-0 flex-1">
          <span className="block font-medium [overflow-wrap:anywhere]">{toWords(fn.name)}</span>
          <span className="block text-sm text-muted [overflow-wrap:anywhere]">{fn.description}</span>
        </span>
        <Badge tone={tone}>{kind}</Badge>
      </summary>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5 border-t border-line px-5 py-5">
        <SchemaForm schema={fn.params_schema} action={m.appPage.run} onSubmit={(params) => call.mutateAsync(params)} />
        {call.isPending && <Notice>{m.appPage.running}</Notice>}
        {call.data && !call.isPending && (
          <section aria-label={m.appPage.result} className="border-t border-line pt-5">
            <CallResult appId={appId} result={call.data} />
          </section>
        )}
      </div>
    </details>
  );
}
