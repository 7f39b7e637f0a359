import { type UIAction, UINodeTree, useRefresh } from '@skep/ui-nodes';
import { useCallback, useEffect, useState } from 'react';
import { panel as m } from '../messages/en/panel.js';
import type { Called, PanelClient, Shown } from './client.js';

const PANEL = '__panel__';
/** Events of Skep do not reach the page. It refreshes after its own calls, at intervals, and when asked. */
const noEvents = () => () => undefined;

/** A panel that is shown, with the params that it was shown with. */
interface View {
  shown: Shown;
  params: Record<string, unknown>;
}

/** Only tools of the app whose panel it is: its nodes reach no other. */
function toolOf({ tools }: Shown, name: string): string {
  const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
  if (tool === undefined) throw new Error(m.noFunction(name));
  return tool;
}

function toPage({ app: { url } }: Shown, path: string): string {
  const { origin } = new URL(url);
  return new URL(path.startsWith('/app/') ? path : `/app${path}`, origin).href;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** The panel that the client has opened, and those that its nodes open. */
export function PanelApp({ client }: { client: PanelClient }) {
  const [views, setViews] = useState<readonly View[]>([]);
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    const onShown = (shown: Shown, params: View['params']) => (setFailure(undefined), setViews([{ shown, params }]));
    client.connect({ onShown, onFailed: setFailure }).catch((error: unknown) => setFailure(messageOf(error)));
  }, [client]);
  const view = views.at(-1);
  const replace = useCallback((next: View) => setViews((all) => [...all.slice(0, -1), next]), []);
  return (
    <main className="ui-nodes panel">
      {failure && (
        <p role="alert" className="ui-placeholder">
          {failure}
        </p>
      )}
      {view ? (
        <PanelView
          // Another panel starts anew; the same one keeps what its user has entered.
          key={views.length}
          client={client}
          view={view}
          onRefresh={replace}
          onOpen={(next) => setViews((all) => [...all, next])}
          onBack={views.length > 1 ? () => setViews((all) => all.slice(0, -1)) : undefined}
        />
      ) : (
        !failure && <p role="status">{m.loading}</p>
      )}
    </main>
  );
}

interface PanelViewProps {
  client: PanelClient;
  view: View;
  onRefresh: (view: View) => void;
  onOpen: (view: View) => void;
  onBack: (() => void) | undefined;
}

function PanelView({ client, view: { shown, params }, onRefresh, onOpen, onBack }: PanelViewProps) {
  const [called, setCalled] = useState<Called>();
  const [failure, setFailure] = useState<string>();
  const { panel, app, tree } = shown;
  const refresh = useCallback(async () => {
    try {
      onRefresh({ shown: await client.show(toolOf(shown, PANEL + panel.panel_id), params), params });
      setFailure(undefined);
    } catch (error) {
      setFailure(messageOf(error));
    }
  }, [client, shown, panel.panel_id, params, onRefresh]);
  useRefresh(panel.refresh, () => void refresh(), noEvents);
  const run = useCallback(
    async (action: UIAction) => {
      if (action.action === 'navigate') return client.openLink(toPage(shown, action.path));
      if (action.action === 'send') return client.sendMessage(action.message);
      if ('url' in action) return client.openLink(action.url);
      const name = action.action === 'open' ? PANEL + action.target : action.function;
      const tool = toolOf(shown, name);
      if (name.startsWith(PANEL)) return onOpen({ shown: await client.show(tool, action.params), params: action.params });
      const result = await client.call(tool, action.params);
      setCalled(result);
      if (!result.confirmUrl && (result.refresh_panels ?? [panel.panel_id]).includes(panel.panel_id)) await refresh();
    },
    [client, shown, panel.panel_id, refresh, onOpen],
  );
  return (
    <>
      <header className="panel-header">
        {onBack && (
          <button type="button" className="ui-button ui-button-ghost ui-size-sm" onClick={onBack}>
            {m.back}
          </button>
        )}
        <h1 className="ui-heading">{panel.title}</h1>
        <button type="button" className="ui-button ui-button-ghost ui-size-sm" onClick={() => void refresh()}>
          {m.refresh}
        </button>
        <button type="button" className="ui-button ui-button-ghost ui-size-sm" onClick={() => void client.openLink(app.url)}>
          {m.open}
        </button>
      </header>
      {failure && (
        <p role="alert" className="ui-problem">
          {failure}
        </p>
      )}
      {tree == null ? <p>{m.empty}</p> : <UINodeTree tree={tree} actions={run} />}
      {(called?.summary || called?.ui != null) && (
        <section aria-label={m.result} className="panel-result">
          <p role="status">{called.summary}</p>
          {called.confirmUrl && <ConfirmButton client={client} url={called.confirmUrl} />}
          {called.ui != null && <UINodeTree tree={called.ui} actions={run} />}
        </section>
      )}
    </>
  );
}

const ConfirmButton = ({ client, url }: { client: PanelClient; url: string }) => (
  <button type="button" className="ui-button ui-button-primary" onClick={() => void client.openLink(url)}>
    {m.confirm}
  </button>
);
