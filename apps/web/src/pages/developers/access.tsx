import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, type Shapes } from '../../data/api.js';
import { useMe } from '../../data/session.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { formatAgo } from '../../ui/format.js';
import { Row, Rows, Section } from '../../ui/layout.js';
import { Failure } from '../../ui/notice.js';
import { Once } from '../../ui/once.js';
import { AppFrame, useAppId } from './frame.js';
import { SigningSecrets } from './signing-secrets.js';

export function AccessPage() {
  return (
    <AppFrame>
      <Tokens />
      <SigningSecrets />
    </AppFrame>
  );
}

/** A command that reads documents of the developer as the app. */
const tryOut = ({ token, app_id: extension_id, tenant_id }: Shapes['CreatedExtensionToken'], user_id: string) =>
  [
    `curl ${location.origin}/v1/internal/store/note/query`,
    `-H 'x-service-token: ${token}'`,
    `-H 'content-type: application/json'`,
    `-d '${JSON.stringify({ extension_id, tenant_id, user_id, limit: 10 })}'`,
  ].join(' \\\n  ');

function Tokens() {
  const appId = useAppId();
  const path = { app_id: appId };
  const queries = useQueryClient();
  const queryKey = ['developer', 'tokens', appId];
  const { data } = useSuspenseQuery({
    queryKey,
    queryFn: () => dataOf(api.GET('/v1/developer/apps/{app_id}/extension-tokens', { params: { path } })),
  });
  const [created, setCreated] = useState<Shapes['CreatedExtensionToken']>();
  const [revoked, setRevoked] = useState<Shapes['ExtensionTokenItem']>();
  const [error, setError] = useState<unknown>();
  const refresh = () => queries.invalidateQueries({ queryKey });
  const create = async () => {
    setError(undefined);
    try {
      setCreated(await dataOf(api.POST('/v1/developer/apps/{app_id}/extension-tokens', { params: { path } })));
      await refresh();
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <Section
      title={m.dev.access.tokens}
      lead={m.dev.access.tokensLead}
      actions={
        <Button icon="key" onClick={() => void create()}>
          {m.dev.access.create}
        </Button>
      }
    >
      {error !== undefined && <Failure error={error} />}
      {data.tokens.length ? (
        <Rows>
          {data.tokens.map((token) => (
            <Row
              key={token.token_id}
              actions={
                <Button size="small" look="danger" onClick={() => setRevoked(token)} aria-label={`${m.dev.access.revoke}: ${token.prefix}`}>
                  {m.dev.access.revoke}
                </Button>
              }
            >
              <p className="font-mono text-sm">{token.prefix}…</p>
              <p className="text-sm text-muted">
                {m.keys.createdAt(formatAgo(token.created_at))} ·{' '}
                {token.last_used_at ? m.security.lastUsed(formatAgo(token.last_used_at)) : m.security.never}
              </p>
            </Row>
          ))}
        </Rows>
      ) : (
        <p className="text-sm text-muted">{m.dev.access.noTokens}</p>
      )}
      {created && <Created created={created} onClose={() => setCreated(undefined)} />}
      {revoked && (
        <ConfirmDialog
          title={m.dev.access.revokeTitle(revoked.prefix)}
          action={m.dev.access.revoke}
          onClose={() => setRevoked(undefined)}
          onConfirm={async () => {
            const params = { path: { ...path, token_id: revoked.token_id } };
            await dataOf(api.DELETE('/v1/developer/apps/{app_id}/extension-tokens/{token_id}', { params }));
            await refresh();
          }}
        >
          {m.dev.access.revokeLead}
        </ConfirmDialog>
      )}
    </Section>
  );
}

function Created({ created, onClose }: { created: Shapes['CreatedExtensionToken']; onClose: () => void }) {
  const { imperal_id } = useMe();
  return (
    <Once
      title={m.dev.access.created}
      lead={m.dev.access.once}
      texts={[
        [m.dev.access.token, created.token],
        [m.dev.access.curl, tryOut(created, imperal_id)],
      ]}
      onClose={onClose}
    />
  );
}
