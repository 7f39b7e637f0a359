export { MailConfig } from './mail-config.js';
export { type EmailMessage, MailRejected, MailTransport, messageIdOf } from './mail-transport.js';
