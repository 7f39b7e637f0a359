export { ReportsPage } from './reports.js';
export { ReviewQueue } from './queue.js';
export { SubmissionPage } from './submission.js';
export { SuspendedPage } from './suspended.js';
