import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Definition {
  properties?: Record<string, unknown>;
  additionalProperties?: unknown;
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
}

/**
 * Writes the definitions of Kubernetes' OpenAPI document as files that kubeconform reads (`deployment-apps-v1.json`). Unknown properties are
 * refused, as by a strict server.
 */
export function writeSchemas(swagger: string, folder: string): void {
  const { definitions } = JSON.parse(readFileSync(swagger, 'utf8').replaceAll('"#/definitions/', '"_definitions.json#/definitions/')) as {
    definitions: Record<string, Definition>;
  };
  for (const definition of Object.values(definitions)) if (definition.properties) definition.additionalProperties ??= false;
  // Both are an integer or a text, which OpenAPI 2 cannot say.
  definitions['io.k8s.apimachinery.pkg.util.intstr.IntOrString'] = { oneOf: [{ type: 'string' }, { type: 'integer' }] } as Definition;
  definitions['io.k8s.apimachinery.pkg.api.resource.Quantity'] = { oneOf: [{ type: 'string' }, { type: 'number' }] } as Definition;
  writeFileSync(join(folder, '_definitions.json'), JSON.stringify({ definitions }));
  for (const [name, { 'x-kubernetes-group-version-kind': kinds = [] }] of Object.entries(definitions))
    for (const { group, version, kind } of kinds) {
      const file = [kind.toLowerCase(), group.split('.')[0], version].filter(Boolean).join('-');
      writeFileSync(join(folder, `${file}.json`), JSON.stringify({ $ref: `_definitions.json#/definitions/${name}` }));
    }
}
