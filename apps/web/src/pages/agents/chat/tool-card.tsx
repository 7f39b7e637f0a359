import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { agentApi, type AgentShapes, dataOf } from '../../../data/api.js';
import { m } from '../../../messages/index.js';
import { Button, buttonClass, Spinner } from '../../../ui/button.js';
import { DataView } from '../../../ui/data-view.js';
import { formatNumber, toWords } from '../../../ui/format.js';
import { Icon } from '../../../ui/icon.js';
import { Failure } from '../../../ui/notice.js';
import { toJson, type ToolUse } from './turn.js';

/** Whose turn it is, for decisions on its tools. */
export interface Approving {
  conversationId: string;
  agent: AgentShapes['AgentInfo'] | undefined;
}

/** A use of a tool: what it is, whether it runs, and on demand its arguments and result. One that waits asks the person. */
export function ToolCard({ use, approving }: { use: ToolUse; approving?: Approving }) {
  const { name, state, args, output, ms } = use;
  const asks = state === 'asks' && approving !== undefined;
  const [open, setOpen] = useState(asks);
  const result = output === undefined ? undefined : toJson(output);
  const confirmation = /"confirmation_id":"([\w-]+)"/.exec(output ?? '')?.[1];
  return (
    <details
      open={open || asks}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
      className={`rounded-xl border bg-surface text-sm ${asks ? 'border-accent' : 'border-line'}`}
    >
      <summary className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-xl px-4 py-2.5">
        <State state={state} />
        <span className="min-w-0 flex-1 basis-32 font-medium [overflow-wrap:anywhere]">{m.chat.tool(...toolNames(name))}</span>
        <span className="text-muted">
          {m.chat.toolState[state]}
          {ms !== undefined && ` · ${m.chat.took(formatNumber(ms))}`}
        </span>
      </summary>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3 border-t border-line px-4 py-3">
        <Detail title={m.chat.arguments} value={args} />
        {result !== undefined && <Detail title={m.chat.result} value={result} />}
        {confirmation && (
          <Link
            to="/confirmations/$confirmationId"
            params={{ confirmationId: confirmation }}
            className={`${buttonClass({ look: 'primary', size: 'small' })} justify-self-start`}
          >
            {m.appPage.review}
          </Link>
        )}
        {asks && <Decision use={use} approving={approving} />}
      </div>
    </details>
  );
}

/** A tool of an app is `app__function`. */
const toolNames = (name: string): [tool: string, app: string | undefined] => {
  const [, app, tool] = /^([a-z0-9-]+)__(.+)$/.exec(name) ?? [];
  return [toWords(tool ?? name), app];
};

function State({ state }: { state: ToolUse['state'] }) {
  if (state === 'runs') return <Spinner />;
  if (state === 'asks') return <Icon name="shield" className="size-4 text-accent" />;
  return <Icon name={state === 'done' ? 'check' : 'close'} className={`size-4 ${state === 'done' ? 'text-good' : 'text-danger'}`} />;
}

const isEmpty = (value: unknown) => value === undefined || (typeof value === 'object' && value !== null && !Object.keys(value).length);

const Detail = ({ title, value }: { title: string; value: unknown }) =>
  !isEmpty(value) && (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-1">
      <p className="text-muted">{title}</p>
      <DataView value={value} />
    </div>
  );

function Decision({ use, approving: { conversationId, agent } }: { use: ToolUse; approving: Approving }) {
  const queries = useQueryClient();
  const decide = useMutation({
    mutationFn: async (decision: 'allow' | 'always' | 'deny') => {
      if (decision === 'always' && agent) {
        const approved_tools = [...agent.approved_tools, use.name];
        await dataOf(agentApi.PUT('/api/agents/{agent_id}', { params: { path: { agent_id: agent.id } }, body: { approved_tools } }));
        await queries.invalidateQueries({ queryKey: ['agents'] });
      }
      const path = { conversation_id: conversationId, tool_call_id: use.id };
      const body = { approved: decision !== 'deny', remember: decision === 'always' };
      return dataOf(agentApi.POST('/api/chat/{conversation_id}/approvals/{tool_call_id}', { params: { path }, body }));
    },
  });
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => void card.current?.scrollIntoView({ block: 'nearest' }), []);
  const waits = decide.isPending || decide.isSuccess;
  return (
    <div ref={card} className="grid gap-3">
      <p>{m.chat.asks}</p>
      {decide.error && <Failure error={decide.error} />}
      <div className="flex flex-wrap gap-2">
        <Button look="primary" size="small" disabled={waits} onClick={() => decide.mutate('allow')}>
          {m.chat.allow}
        </Button>
        {agent && !agent.enforced && (
          <Button size="small" disabled={waits} onClick={() => decide.mutate('always')} title={m.chat.alwaysHint(agent.name)}>
            {m.chat.always}
          </Button>
        )}
        <Button look="danger" size="small" disabled={waits} onClick={() => decide.mutate('deny')}>
          {m.chat.deny}
        </Button>
      </div>
    </div>
  );
}
