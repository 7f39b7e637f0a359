import type { Measurement } from '../measurement.ts';
import * as balance from './balance.ts';
import * as call from './call.ts';
import * as files from './files.ts';
import * as flood from './flood.ts';
import * as growth from './growth.ts';
import * as holds from './holds.ts';
import * as login from './login.ts';
import * as neighbours from './neighbours.ts';
import * as refresh from './refresh.ts';
import * as runs from './runs.ts';
import * as store from './store.ts';
import * as streams from './streams.ts';
import * as timing from './timing.ts';
import * as topup from './topup.ts';

export const measurements: Record<string, Measurement> = {
  balance,
  call,
  holds,
  topup,
  refresh,
  login,
  files,
  flood,
  neighbours,
  runs,
  store,
  streams,
  timing,
  growth,
};
