import { problem } from '../problem.js';

export const NoSuchApp = problem('no_such_app', 404, 'App not found');
