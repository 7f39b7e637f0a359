import { m } from '../../messages/index.js';
import { Page } from '../../ui/layout.js';
import { AuthenticatorApp } from './authenticator-app.js';
import { Passkeys } from './passkeys.js';
import { Sessions } from './sessions.js';

export const Security = () => (
  <Page title={m.security.title} lead={m.security.lead}>
    <Passkeys />
    <AuthenticatorApp />
    <Sessions />
  </Page>
);
