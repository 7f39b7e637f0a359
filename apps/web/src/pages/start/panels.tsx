import { type Subscribe, useRefresh } from '@skep/ui-nodes';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type CSSProperties, useContext } from 'react';
import { subscribeLive } from '../../data/live.js';
import { useMe } from '../../data/session.js';
import { m } from '../../messages/index.js';
import { Card } from '../../ui/layout.js';
import { Failure, Loading } from '../../ui/notice.js';
import { readPanel } from './call.js';
import { AppTree } from './call-result.js';
import { PanelContext } from './panel-context.js';

/** A panel as the app declares it. */
export interface Panel {
  panel_id: string;
  slot?: string;
  title?: string;
  /** `manual`, `interval:5s` or `on_event:a,b`. */
  refresh?: string;
  /** In pixels, as are the next two. */
  default_width?: number;
  min_width?: number;
  max_width?: number;
}

export const COLUMNS = ['left', 'center', 'right'] as const;
export const slotOf = ({ slot }: Panel): string => slot || 'center';

/** How wide a column is beside the others. Never wider than its place. */
function widthOf(panels: readonly Panel[]): CSSProperties {
  const [min, basis, max] = (['min_width', 'default_width', 'max_width'] as const).map((name) => {
    const widths = panels.map((panel) => panel[name]).filter((width): width is number => typeof width === 'number' && width > 0);
    return widths.length ? Math.max(...widths) : undefined;
  });
  return {
    ...(basis && { flex: `0 1 ${basis}px` }),
    ...(min && { minWidth: `min(${min}px, 100%)` }),
    ...(max && { maxWidth: `max(${max}px, 20rem)` }),
  };
}

/** The panels of an app in their columns. On a narrow screen the center comes first. */
export function Panels({ appId, panels }: { appId: string; panels: Panel[] }) {
  const columns = COLUMNS.map((slot) => ({ slot, shown: panels.filter((panel) => slotOf(panel) === slot) })).filter(
    ({ shown }) => shown.length,
  );
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 lg:flex">
      {columns.map(({ slot, shown }) => (
        <div
          key={slot}
          style={slot === 'center' ? undefined : widthOf(shown)}
          className={`grid min-w-0 content-start gap-4 ${slot === 'center' ? 'order-first flex-[2] lg:order-none' : 'flex-1'}`}
        >
          {shown.map((panel) => (
            <Card key={panel.panel_id}>
              {panel.title && <h2 className="mb-3 font-semibold">{panel.title}</h2>}
              <PanelContent appId={appId} panel={panel} />
            </Card>
          ))}
        </div>
      ))}
    </div>
  );
}

export function PanelContent({ appId, panel: { panel_id, refresh } }: { appId: string; panel: Panel }) {
  const params = useContext(PanelContext).params[panel_id] ?? {};
  const { imperal_id } = useMe();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['panels', appId, panel_id, params],
    queryFn: () => readPanel(appId, imperal_id, panel_id, params),
    // With other params the former content stays until the new one is there.
    placeholderData: keepPreviousData,
  });
  useRefresh(refresh, () => void refetch(), subscribe);
  // A refresh that fails leaves what was shown.
  if (data?.status === 'success') return <AppTree appId={appId} tree={data.ui} />;
  if (isPending) return <Loading />;
  const failure = error ?? new Error(data?.error ?? data?.summary ?? m.appPage.failed);
  return <Failure error={failure} retry={() => void refetch()} />;
}

/** The user's events as rules of panels name them. */
const subscribe: Subscribe = (listen) => subscribeLive(({ payload }) => listen((payload ?? {}) as { scope?: string; action?: string }));
