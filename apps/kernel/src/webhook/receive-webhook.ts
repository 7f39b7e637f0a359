import { isRefusal, NotFound, Unauthenticated, type WebhookAnswer } from '@skep/contracts';
import { type AppWebhook, kernel, WEBHOOK_USER, type WebhookMethod } from '@skep/contracts/kernel';
import { type AppDeclarations, registry } from '@skep/contracts/registry';
import { Bus, type Ctx, Database, Idempotency } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AppResolver } from '../call/app-resolver.js';
import { CallFunction } from '../call/call-function.js';
import { webhookPath } from '../ir/names.js';
import { SigningSecrets } from '../signing-secret/signing-secrets.js';
import { toWebhookAnswer } from '../call/webhook-answer.js';

/** Headers in which senders name a delivery, so that they can repeat it. */
const DELIVERY_HEADERS = ['webhook-id', 'svix-id', 'x-github-delivery', 'x-gitlab-event-uuid', 'x-shopify-webhook-id', 'idempotency-key'];
const DELIVERY_MAX = 200;

/** A webhook as the manifest of an app declares it. The manifest was checked at the deploy. */
interface DeclaredWebhook {
  path: string;
  method?: WebhookMethod;
  secret_header?: string;
}

/**
 * Runs the function of a webhook, as the user `__webhook__` in the tenant of the app's developer, who pays for what it uses. A delivery that its sender
 * names runs once, and a repeat gets the same answer, unless the answer was an error.
 */
@Injectable()
export class ReceiveWebhook {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
    private readonly apps: AppResolver,
    private readonly calls: CallFunction,
    private readonly secrets: SigningSecrets,
    private readonly idempotency: Idempotency,
  ) {}

  /** @throws Problem `not_found` if no app declares the path and the method; `unauthenticated` without the declared secret; `too_many_requests` */
  async run(caller: Ctx, input: AppWebhook): Promise<WebhookAnswer> {
    const path = webhookPath(input.path);
    const asKernel = { ...caller, tenant: '', user: '', scopes: [], actor: 'service:kernel', idempotencyKey: undefined };
    const declarations = await this.bus.call(registry.resolveDeclarations, asKernel, { app_id: input.app_id }).catch(hideReason);
    const declared = (declarations.webhooks as unknown as DeclaredWebhook[]).find((webhook) => webhookPath(webhook.path) === path);
    if (!declared || (declared.method ?? 'POST') !== input.method) throw NotFound();
    const resolved = await this.apps.resolveWebhook(asKernel, declarations, path);
    if (!resolved) throw NotFound();
    const { secret_header: header } = declared;
    if (header) await this.verify(declarations, path, input.headers[header.toLowerCase()]);

    const { app, name } = resolved;
    const params = paramsOf(input, header);
    const ctx = {
      ...asKernel,
      tenant: declarations.developer_tenant_id,
      user: WEBHOOK_USER,
      actor: 'webhook',
      ...deliveryKey(input, path),
    };
    const work = async () => toWebhookAnswer(await this.calls.performWebhook(ctx, app, name, params));
    const { json } = await this.db.inTenant(ctx.tenant, () =>
      this.idempotency.once(kernel.receiveAppWebhook, ctx, params.body, work, (answer) => ({ json: JSON.stringify(answer) })),
    );
    return JSON.parse(json) as WebhookAnswer;
  }

  private async verify(
    { app_id, developer_id, developer_tenant_id: tenant_id }: AppDeclarations,
    webhook: string,
    given = '',
  ): Promise<void> {
    if (!(await this.secrets.isSecretOf({ tenant_id, developer_id, app_id, webhook }, given)))
      throw Unauthenticated('The secret of this webhook is missing or wrong.');
  }
}

/** An app that cannot be called has no webhooks. */
function hideReason(error: unknown): never {
  throw isRefusal(error) ? NotFound() : error;
}

/** What the function gets. The body is text without NUL characters, which no database stores; the secret stays with Skep. */
function paramsOf({ headers, query_params, body }: AppWebhook, secretHeader = '') {
  const { [secretHeader.toLowerCase()]: _, ...others } = headers;
  return { headers: others, query_params, body: Buffer.from(body, 'base64').toString().replaceAll('\0', '') };
}

function deliveryKey({ app_id, method, headers }: AppWebhook, path: string): Pick<Ctx, 'idempotencyKey'> {
  const delivery = DELIVERY_HEADERS.map((name) => headers[name]).find(Boolean);
  return delivery ? { idempotencyKey: JSON.stringify([app_id, path, method, delivery.slice(0, DELIVERY_MAX)]) } : {};
}
