import type { ServerEventBus } from '@modelcontextprotocol/server';
import type { FeedReader } from '../../events/feed-reader.js';
import type { McpRequest } from './mcp-request.js';

const CHANGES: readonly string[] = ['marketplace.installed', 'marketplace.uninstalled'];

/** The changes of one caller's tools, from the event feed. */
export const listChanges = (feed: FeedReader, { ctx, app }: McpRequest): ServerEventBus => ({
  publish: () => undefined,
  subscribe: (listener) =>
    feed.subscribe(({ tenant_id, user_id, type, payload }) => {
      if (tenant_id !== ctx.tenant || user_id !== ctx.user || !CHANGES.includes(type)) return;
      if (!app || app.app_id === payload['id']) listener({ kind: 'tools_list_changed' });
    }),
});
