import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { agentApi, type AgentShapes, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button, MoreButton } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Form, type Values } from '../../ui/form.js';
import { formatAgo } from '../../ui/format.js';
import { Badge, Page, Row, Rows } from '../../ui/layout.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { Empty, Failure, Loading } from '../../ui/notice.js';
import { SearchField } from '../../ui/search-field.js';
import { TextArea } from '../../ui/fields.js';
import { useChange } from './use-change.js';

type Entry = Pick<
  AgentShapes['MemoryEntry'],
  'id' | 'content' | 'memory_type' | 'level' | 'project_id' | 'agent_id' | 'source' | 'origin' | 'created_at'
>;

const PAGE_SIZE = 30;
const forget = (memory_id: string) => dataOf(agentApi.DELETE('/api/memory/{memory_id}', { params: { path: { memory_id } } }));

/** What agents remember, where each of it came from, and how to change it. */
export function Memory() {
  const { q } = useSearch({ strict: false }) as { q?: string };
  const navigate = useNavigate();
  const [adds, setAdds] = useState(false);
  return (
    <Page
      title={m.memory.title}
      lead={m.memory.lead}
      actions={
        <Button look="primary" onClick={() => setAdds(true)}>
          {m.memory.add}
        </Button>
      }
    >
      <search>
        <SearchField
          label={m.memory.search}
          text={q ?? ''}
          onChange={(text) => void navigate({ to: '/memory', search: { q: text || undefined }, replace: true })}
        />
      </search>
      {q ? <Found q={q} /> : <All />}
      {adds && <Remember onClose={() => setAdds(false)} />}
    </Page>
  );
}

function All() {
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['memory', 'all'],
    queryFn: ({ pageParam: cursor }) => dataOf(agentApi.GET('/api/memory', { params: { query: { cursor, limit: PAGE_SIZE } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
  if (isPending) return <Loading />;
  if (error) return <Failure error={error} />;
  const entries = data.pages.flatMap((page) => page.entries);
  if (!entries.length)
    return (
      <Empty icon="memory" title={m.memory.none}>
        {m.memory.noneLead}
      </Empty>
    );
  return (
    <>
      <Entries entries={entries} />
      <MoreButton {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </>
  );
}

function Found({ q }: { q: string }) {
  const { data, error, isPending } = useQuery({
    queryKey: ['memory', 'found', q],
    queryFn: () => dataOf(agentApi.POST('/api/memory/search', { body: { query: q, limit: 50, use_hybrid: true } })),
  });
  if (isPending) return <Loading />;
  if (error) return <Failure error={error} />;
  if (!data.results.length)
    return (
      <p role="status" className="text-muted">
        {m.memory.noMatch}
      </p>
    );
  return <Entries entries={data.results.map(({ id, content, metadata }) => ({ ...(metadata as Entry), id, content }))} />;
}

const Entries = ({ entries }: { entries: readonly Entry[] }) => (
  <Rows>
    {entries.map((entry) => (
      <EntryRow key={entry.id} entry={entry} />
    ))}
  </Rows>
);

function EntryRow({ entry }: { entry: Entry }) {
  const { id, content, origin, source, agent_id, created_at } = entry;
  const [dialog, setDialog] = useState<'edit' | 'forget'>();
  const close = () => setDialog(undefined);
  const remove = useChange('memory', () => forget(id));
  const short = content.slice(0, 60);
  return (
    <Row
      actions={
        <>
          <Button size="small" aria-label={`${m.memory.edit}: ${short}`} onClick={() => setDialog('edit')}>
            {m.memory.edit}
          </Button>
          <Button size="small" look="danger" aria-label={`${m.memory.forget}: ${short}`} onClick={() => setDialog('forget')}>
            {m.memory.forget}
          </Button>
        </>
      }
    >
      <p className="line-clamp-6 whitespace-pre-line">{content}</p>
      <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-muted">
        <Badge tone={origin === 'outside' ? 'danger' : 'plain'}>{m.memory.origins[origin]}</Badge>
        {source && <span>{m.memory.from(source)}</span>}
        {agent_id && (
          <Link to="/agents/$agentId" params={{ agentId: agent_id }} className="underline underline-offset-4">
            {agent_id}
          </Link>
        )}
        <span>{formatAgo(created_at)}</span>
      </p>
      {dialog === 'edit' && <Remember entry={entry} onClose={close} />}
      {dialog === 'forget' && (
        <ConfirmDialog title={m.memory.forgetTitle} action={m.memory.forget} onConfirm={() => remove.mutateAsync()} onClose={close}>
          <p className="mb-2">{m.memory.forgetLead}</p>
          <p className="text-muted">{short}</p>
        </ConfirmDialog>
      )}
    </Row>
  );
}

/** Adds an entry. A changed one is another entry, said by the person, in place of the former one. */
function Remember({ entry, onClose }: { entry?: Entry; onClose: () => void }) {
  const change = useChange('memory', async (content: string) => {
    const { memory_type = 'fact', level = 'global', project_id, agent_id } = entry ?? {};
    const { id } = await dataOf(
      agentApi.POST('/api/memory/add', { body: { content, memory_type, level, project_id, agent_id, metadata: {} } }),
    );
    if (entry && entry.id !== id) await forget(entry.id);
  });
  const save = async ({ content = '' }: Values) => {
    await change.mutateAsync(content);
    onClose();
  };
  return (
    <Dialog title={entry ? m.memory.edit : m.memory.add} onClose={onClose}>
      {entry && entry.origin !== 'person' && <p className="text-sm text-muted">{m.memory.editLead}</p>}
      <Form onSubmit={save} action={m.memory.save}>
        <TextArea name="content" label={m.memory.content} defaultValue={entry?.content ?? ''} required rows={5} maxLength={50_000} />
      </Form>
    </Dialog>
  );
}
