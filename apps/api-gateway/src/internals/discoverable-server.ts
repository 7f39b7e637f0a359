import {
  type DiscoverResult,
  type JSONRPCRequest,
  type Result,
  Server,
  type ServerContext,
  type ServerOptions,
  type Transport,
} from '@modelcontextprotocol/server';

type Handler = (request: JSONRPCRequest, ctx: ServerContext) => Promise<Result>;

const EMPTY: Result = { content: [] };
/** The SDK does not know tasks as results. */
const isTask = ({ resultType }: Result) => resultType === 'task';

/**
 * A server that names all revisions that it speaks in `server/discover`: the SDK names those of 2026 and later only, though it serves those of 2025 at the same address. And
 * whose results of tools go out as the handler returned them: the SDK sends what its schemas make of them, with other keys and another order.
 *
 * Assumes of @modelcontextprotocol/server that whatever sets handlers of its own for a request does so before it connects the server, and that the SDK validates
 * results in `_wrapHandler`.
 */
export class DiscoverableServer extends Server {
  private readonly discovered: DiscoverResult;

  constructor(info: ConstructorParameters<typeof Server>[0], options: ServerOptions) {
    super(info, options);
    const { supportedProtocolVersions: supportedVersions = [], capabilities = {} } = options;
    this.discovered = { supportedVersions, capabilities } as DiscoverResult;
  }

  protected override _wrapHandler(method: string, handler: Handler): Handler {
    if (method !== 'tools/call') return super._wrapHandler(method, handler);
    return async (request, ctx) => {
      let returned: Result = {};
      const validate = super._wrapHandler(method, async (...args) => {
        returned = await handler(...args);
        return isTask(returned) ? EMPTY : returned;
      });
      const validated = await validate(request, ctx);
      return isTask(returned) ? returned : { ...validated, ...returned };
    };
  }

  override connect(transport: Transport): Promise<void> {
    this.setRequestHandler('server/discover', () => this.discovered);
    return super.connect(transport);
  }
}
