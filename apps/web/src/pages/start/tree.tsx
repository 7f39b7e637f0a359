import { type UIAction, UINodeTree } from '@skep/ui-nodes';
import '@skep/ui-nodes/style.css';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useCallback, useContext } from 'react';
import { ApiProblem, type Shapes } from '../../data/api.js';
import { useMe } from '../../data/session.js';
import { m } from '../../messages/index.js';
import { callFunction, panelOf } from './call.js';
import { PanelContext } from './panel-context.js';

export interface TreeProps {
  appId: string;
  tree: unknown;
  /** Gets what a function returned that a node called. */
  onResult: (result: Shapes['CallResult']) => void;
}

/** A piece of interface that an app made, with what its nodes may do. A module of its own, because the renderer is large. */
export default function Tree({ appId, tree, onResult }: TreeProps) {
  const { imperal_id } = useMe();
  const router = useRouter();
  const queries = useQueryClient();
  const { open: openPanel } = useContext(PanelContext);
  const run = useCallback(
    async (action: UIAction) => {
      if (action.action === 'navigate') return void (await router.navigate({ href: action.path }));
      if (action.action === 'open' && 'url' in action) return void window.open(action.url, '_blank', 'noopener,noreferrer');
      const panelId = action.action === 'open' ? action.target : action.action === 'call' ? panelOf(action.function) : undefined;
      if ('params' in action && panelId !== undefined && openPanel(panelId, action.params)) return;
      if (action.action !== 'call') throw new ApiProblem(0, 'unknown', m.appPage.notHere);
      const result = await callFunction({ app_id: appId, user_id: imperal_id, function: action.function, params: action.params });
      if (result.status === 'error' && result.error_code !== 'CONFIRMATION_REQUIRED') throw new Error(result.error ?? m.appPage.failed);
      onResult(result);
      // Null: all panels of the app.
      const panels = (result.refresh_panels as string[] | null | undefined) ?? [undefined];
      for (const panel of panels) await queries.invalidateQueries({ queryKey: ['panels', appId, ...(panel === undefined ? [] : [panel])] });
    },
    [appId, imperal_id, queries, router, onResult, openPanel],
  );
  return <UINodeTree tree={tree} actions={run} />;
}
