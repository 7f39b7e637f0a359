export { Activity } from './activity.js';
export { Automations } from './automations.js';
export { ConfirmationPage, Confirmations } from './confirmations.js';
export { Home } from './home.js';
export { Notifications } from './notifications.js';
