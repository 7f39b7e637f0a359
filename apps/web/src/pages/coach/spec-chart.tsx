import { lazy, Suspense } from 'react';
import { m } from '../../messages/index.js';
import { Loading, Notice } from '../../ui/notice.js';
import { toChart } from './to-chart.js';

/** A module of its own, because the renderer is large. */
const ChartTree = lazy(() => import('./chart-tree.js'));

/** A chart that the coach describes. */
export function SpecChart({ spec }: { spec: unknown }) {
  const chart = toChart(spec);
  if (!chart) return <Notice>{m.coach.noChart}</Notice>;
  return (
    <Suspense fallback={<Loading />}>
      <ChartTree tree={chart} />
    </Suspense>
  );
}
