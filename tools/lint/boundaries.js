import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** Packages that only libs/platform may import, and its tests and measurements. */
const platformOnly = /^(@nestjs\/microservices|@nats-io\/|nats$)/;
const mayImportPlatformPackages = /^(libs\/platform|libs\/testkit|tools)\//;
const allowedInContracts = /^(class-validator|class-transformer|reflect-metadata|saxes)(\/|$)/;

/**
 * The import rules: an app imports libs, never another app; a lib never imports an app; contracts import no I/O; only libs/platform
 * imports NATS, Nest's microservices and TypeORM's DataSource.
 * @param {string} root the checkout
 * @returns {import('eslint').Rule.RuleModule}
 */
export function boundaries(root) {
  return {
    meta: {
      type: 'problem',
      schema: [],
      messages: {
        otherApp: "'{{name}}' belongs to another app. An app imports libs/*, never another app: call it over the bus.",
        libApp: "'{{name}}' is an app. A library never imports an app.",
        outside: "'{{name}}' is a file of another package. Import the package by its name.",
        contracts: "'{{name}}' is not allowed in contracts, which are plain classes without I/O.",
        platform: "Only libs/platform imports '{{name}}'. Use what libs/platform exports.",
      },
    },
    create(context) {
      const file = relative(root, context.filename).split(sep).join('/');
      const [group, owner] = file.split('/');
      if (!['apps', 'libs', 'tools'].includes(group)) return {};

      function check(node, name, imported = []) {
        const messageId = violation(name, imported);
        if (messageId) context.report({ node, messageId, data: { name } });
      }

      function violation(name, imported) {
        const target = packageOf(name);
        if (target?.group === 'apps' && group === 'libs') return 'libApp';
        if (target?.group === 'apps' && group === 'apps' && target.name !== owner) return 'otherApp';
        if (name.startsWith('.') && group !== 'tools' && (target?.group !== group || target.name !== owner)) return 'outside';
        if (/^libs\/contracts\/src\/(?!.*\.spec\.ts$)/.test(file) && !name.startsWith('.') && !allowedInContracts.test(name))
          return 'contracts';
        if (!mayImportPlatformPackages.test(file) && (platformOnly.test(name) || (name === 'typeorm' && imported.includes('DataSource'))))
          return 'platform';
        return undefined;
      }

      /** The package of the repository that an import refers to, if any. */
      function packageOf(name) {
        if (name.startsWith('.')) {
          const [targetGroup, targetName] = relative(root, resolve(dirname(context.filename), name)).split(sep);
          return { group: targetGroup, name: targetName };
        }
        const scoped = /^@skep\/([^/]+)/.exec(name)?.[1];
        if (scoped === undefined) return undefined;
        return { group: existsSync(join(root, 'apps', scoped)) ? 'apps' : 'libs', name: scoped };
      }

      const checkSource = (node) => node.source && check(node.source, node.source.value);
      return {
        ImportDeclaration: (node) =>
          check(
            node.source,
            node.source.value,
            node.specifiers.map((s) => s.imported?.name ?? (s.type === 'ImportNamespaceSpecifier' ? 'DataSource' : 'default')),
          ),
        ExportNamedDeclaration: checkSource,
        ExportAllDeclaration: checkSource,
        ImportExpression: (node) => typeof node.source.value === 'string' && check(node.source, node.source.value),
      };
    },
  };
}
