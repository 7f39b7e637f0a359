import type { Measurement } from '../measurement.ts';
import * as automation from './automation.ts';
import * as balance from './balance.ts';
import * as boards from './boards.ts';
import * as call from './call.ts';
import * as catalogue from './catalogue.ts';
import * as chat from './chat.ts';
import * as coachHome from './coach-home.ts';
import * as codeFunction from './code-function.ts';
import * as files from './files.ts';
import * as flood from './flood.ts';
import * as growth from './growth.ts';
import * as httpFunction from './http-function.ts';
import * as health from './health.ts';
import * as holds from './holds.ts';
import * as inbound from './inbound.ts';
import * as login from './login.ts';
import * as mcp from './mcp.ts';
import * as neighbours from './neighbours.ts';
import * as nodes from './nodes.ts';
import * as refresh from './refresh.ts';
import * as runs from './runs.ts';
import * as sockets from './sockets.ts';
import * as store from './store.ts';
import * as streams from './streams.ts';
import * as timing from './timing.ts';
import * as topup from './topup.ts';
import * as turnStreams from './turn-streams.ts';
import * as web from './web.ts';
import * as webhooks from './webhooks.ts';

export const measurements: Record<string, Measurement> = {
  balance,
  call,
  'code-function': codeFunction,
  'http-function': httpFunction,
  mcp,
  holds,
  topup,
  refresh,
  login,
  automation,
  boards,
  catalogue,
  chat,
  'coach-home': coachHome,
  files,
  flood,
  health,
  inbound,
  neighbours,
  nodes,
  runs,
  sockets,
  store,
  streams,
  'turn-streams': turnStreams,
  webhooks,
  timing,
  growth,
  web,
};
