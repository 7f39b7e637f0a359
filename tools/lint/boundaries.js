import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** What only the platform may know, and those who test or measure it. */
const platformOnly = /^(@nestjs\/microservices|@nats-io\/|nats$)/;
const knowThePlatform = /^(libs\/platform|libs\/testkit|tools)\//;
const mayContractsImport = /^(class-validator|class-transformer|reflect-metadata|saxes)(\/|$)/;

/**
 * Who may import what: an app imports libs and never another app, a lib never an app; contracts import no I/O; only the platform
 * knows NATS, Nest's microservices and TypeORM's DataSource.
 * @param {string} root the checkout
 * @returns {import('eslint').Rule.RuleModule}
 */
export function boundaries(root) {
  return {
    meta: {
      type: 'problem',
      schema: [],
      messages: {
        otherApp: "'{{name}}' belongs to another app. An app imports libs/*, never another app: ask it over the bus.",
        libApp: "'{{name}}' is an app. A library knows no app.",
        outside: "'{{name}}' reaches into another package. Import the package by its name.",
        contracts: "'{{name}}' has no place in contracts, which are plain classes without I/O.",
        platform: "'{{name}}' is known to libs/platform only. Use what the platform offers.",
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
        if (/^libs\/contracts\/src\/(?!.*\.spec\.ts$)/.test(file) && !name.startsWith('.') && !mayContractsImport.test(name))
          return 'contracts';
        if (!knowThePlatform.test(file) && (platformOnly.test(name) || (name === 'typeorm' && imported.includes('DataSource'))))
          return 'platform';
        return undefined;
      }

      /** The package an import of ours leads to. */
      function packageOf(name) {
        if (name.startsWith('.')) {
          const [targetGroup, targetName] = relative(root, resolve(dirname(context.filename), name)).split(sep);
          return { group: targetGroup, name: targetName };
        }
        const scoped = /^@skep\/([^/]+)/.exec(name)?.[1];
        if (scoped === undefined) return undefined;
        return { group: existsSync(join(root, 'apps', scoped)) ? 'apps' : 'libs', name: scoped };
      }

      const ofSource = (node) => node.source && check(node.source, node.source.value);
      return {
        ImportDeclaration: (node) =>
          check(
            node.source,
            node.source.value,
            node.specifiers.map((s) => s.imported?.name ?? (s.type === 'ImportNamespaceSpecifier' ? 'DataSource' : 'default')),
          ),
        ExportNamedDeclaration: ofSource,
        ExportAllDeclaration: ofSource,
        ImportExpression: (node) => typeof node.source.value === 'string' && check(node.source, node.source.value),
      };
    },
  };
}
