import { contest } from '../contest.ts';
import type { Measurement } from '../measurement.ts';
import { requestThatFindsANote } from '../notes-app.ts';

export const description = 'a call of an app’s function that reads one document; the call is recorded and metered';

export const run: Measurement['run'] = async (skep, options) => {
  const request = await requestThatFindsANote(skep);
  const results = await contest('call', [{ name: 'skep', url: skep.url, requests: [request], pids: skep.pids }], options);
  return { title: `POST ${request.path}, 64 connections`, results, targets: [] };
};
