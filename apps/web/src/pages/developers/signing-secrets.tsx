import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, dataOf, type Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { formatAgo } from '../../ui/format.js';
import { Row, Rows, Section } from '../../ui/layout.js';
import { Failure } from '../../ui/notice.js';
import { Once } from '../../ui/once.js';
import { useApp } from './frame.js';

/** A secret that the app can have: of a webhook, or of functions on a server (null). */
interface Place {
  webhook: string | null;
  known: Shapes['SigningSecretItem'] | undefined;
}

/** The secrets of an app: those of its webhooks that verify one, and that of its functions on a server. */
export function SigningSecrets() {
  const { app_id, manifest_json } = useApp();
  const path = { app_id };
  const queries = useQueryClient();
  const queryKey = ['developer', 'secrets', app_id];
  const { data } = useSuspenseQuery({
    queryKey,
    queryFn: () => dataOf(api.GET('/v1/developer/apps/{app_id}/signing-secrets', { params: { path } })),
  });
  const [shown, setShown] = useState<Shapes['SigningSecret']>();
  const [replaced, setReplaced] = useState<Place>();
  const [error, setError] = useState<unknown>();
  const declared = (manifest_json?.['webhooks'] as { path: string; secret_header?: string }[] | null | undefined) ?? [];
  const webhooks = declared.filter(({ secret_header }) => secret_header).map((one) => `/${one.path.replace(/^\/+/, '')}`);
  const places: Place[] = [...new Set([null, ...webhooks, ...data.map(({ webhook }) => webhook)])].map((webhook) => ({
    webhook,
    known: data.find((one) => one.webhook === webhook),
  }));
  const create = async ({ webhook }: Place) => {
    setShown(
      await dataOf(
        api.POST('/v1/developer/apps/{app_id}/signing-secrets', { params: { path }, body: { ...(webhook !== null && { webhook }) } }),
      ),
    );
    await queries.invalidateQueries({ queryKey });
  };
  const show = (place: Place) => {
    setError(undefined);
    create(place).catch(setError);
  };
  return (
    <Section title={m.dev.access.secrets} lead={m.dev.access.secretsLead}>
      {error !== undefined && <Failure error={error} />}
      <Rows>
        {places.map((place) => {
          const name = place.webhook ?? m.dev.access.server;
          const isShown = Boolean(place.known?.shown_at);
          const action = isShown ? m.dev.access.rotate : m.dev.access.show;
          return (
            <Row
              key={name}
              actions={
                <Button size="small" aria-label={`${action}: ${name}`} onClick={() => (isShown ? setReplaced(place) : show(place))}>
                  {action}
                </Button>
              }
            >
              <p className="font-medium">{name}</p>
              <p className="text-sm text-muted">
                {place.known?.shown_at ? m.dev.access.shown(formatAgo(place.known.shown_at)) : m.dev.access.never}
                {place.known?.rotated_at && ` · ${m.dev.access.rotated(formatAgo(place.known.rotated_at))}`}
              </p>
            </Row>
          );
        })}
      </Rows>
      {replaced && (
        <ConfirmDialog
          title={m.dev.access.rotateTitle}
          action={m.dev.access.rotate}
          onConfirm={() => create(replaced)}
          onClose={() => setReplaced(undefined)}
        >
          {m.dev.access.rotateLead}
        </ConfirmDialog>
      )}
      {shown && !replaced && (
        <Once
          title={shown.webhook ?? m.dev.access.server}
          lead={m.dev.access.once}
          texts={[[m.dev.access.secret, shown.secret]]}
          onClose={() => setShown(undefined)}
        />
      )}
    </Section>
  );
}
