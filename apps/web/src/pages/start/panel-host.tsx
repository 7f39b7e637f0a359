import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import { subscribeLive } from '../../data/live.js';
import { Dialog } from '../../ui/dialog.js';
import { PanelContext } from './panel-context.js';
import { COLUMNS, type Panel, PanelContent, slotOf } from './panels.js';

interface PanelHostProps {
  appId: string;
  panels: Panel[];
  children: ReactNode;
}

/** The place of an app's panels: nodes inside may show one with other params, and the app may say that panels have changed. */
export function PanelHost({ appId, panels, children }: PanelHostProps) {
  const queries = useQueryClient();
  const [params, setParams] = useState<PanelContext['params']>({});
  const [opened, setOpened] = useState<Panel>();
  const open = useCallback(
    (panelId: string, given: Record<string, unknown>) => {
      const panel = panels.find(({ panel_id }) => panel_id === panelId);
      if (!panel) return false;
      setParams((former) => ({ ...former, [panelId]: given }));
      if (!COLUMNS.some((slot) => slot === slotOf(panel))) setOpened(panel);
      return true;
    },
    [panels],
  );
  useEffect(
    () =>
      subscribeLive(({ type, payload }) => {
        if (type === 'stream_reset') return void queries.invalidateQueries({ queryKey: ['panels', appId] });
        const { scope, panels: changed } = (payload ?? {}) as { scope?: string; panels?: string[] };
        if (type !== 'panel_refresh' || scope !== appId) return;
        for (const panelId of changed ?? []) void queries.invalidateQueries({ queryKey: ['panels', appId, panelId] });
      }),
    [appId, queries],
  );
  const context = useMemo(() => ({ params, open }), [params, open]);
  return (
    <PanelContext value={context}>
      {children}
      {opened && (
        <Dialog title={opened.title ?? opened.panel_id} onClose={() => setOpened(undefined)}>
          <PanelContent appId={appId} panel={opened} />
        </Dialog>
      )}
    </PanelContext>
  );
}
