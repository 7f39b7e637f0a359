import type { RemoteMcpSource } from '@skep/contracts/kernel';
import type { Manifest } from './manifest.js';

/** A manifest with what the MCP server of an app needs of users, and which of its tools are tasks. @param ir whose functions are the tools */
export function manifestOfMcpServer(manifest: Manifest, ir: Manifest, { credential, oauth, long_running }: RemoteMcpSource): Manifest {
  const { functions } = ir['app'] as { functions: { name: string; impl: { tool: string } }[] };
  const tools = functions.filter(({ impl }) => long_running.includes(impl.tool)).map(({ name }) => ({ name, long_running: true }));
  const others = (key: string, name: string, of: string) => {
    const declared = Array.isArray(manifest[key]) ? (manifest[key] as Manifest[]) : [];
    return declared.filter((entry) => entry[name] !== of);
  };
  return {
    ...manifest,
    tools,
    ...(credential && { secrets: [...others('secrets', 'name', credential.secret), secretOf(credential.secret)] }),
    ...(oauth && { oauth: [...others('oauth', 'provider', oauth.provider), { provider: oauth.provider, scopes: oauth.scopes }] }),
  };
}

const secretOf = (name: string) => ({ name, description: 'Your credential for the server of this app.', required: true, scope: 'user' });
