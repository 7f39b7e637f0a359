import { api, dataOf, type Shapes } from '../../data/api.js';

type Params = Record<string, unknown>;

interface Call {
  app_id: string;
  user_id: string;
  function: string;
  params?: Params;
}

/** Calls a function of an app once, however often a broken connection repeats the request. */
export const callFunction = ({ app_id, ...body }: Call): Promise<Shapes['CallResult']> =>
  dataOf(
    api.POST('/v1/extensions/{app_id}/call', {
      params: { path: { app_id } },
      headers: { 'Idempotency-Key': crypto.randomUUID() },
      body,
    }),
  );

const PANEL = '__panel__';

/** The panel that a function shows, if it shows one. */
export const panelOf = (name: string): string | undefined => (name.startsWith(PANEL) ? name.slice(PANEL.length) : undefined);

/** Reads the content of a panel. It has no effect, so it needs no key. */
export const readPanel = (app_id: string, user_id: string, panelId: string, params: Params): Promise<Shapes['CallResult']> =>
  dataOf(api.POST('/v1/extensions/{app_id}/call', { params: { path: { app_id } }, body: { user_id, function: PANEL + panelId, params } }));
