import { APP_FILE, type Files, MANIFEST_FILE } from '../../data/release-files.js';

// The examples of the documentation are tested: each runs as it is.
const SOURCES = import.meta.glob<string>(
  [
    '../../../../../docs/examples/*/{app,manifest}.json',
    '../../../../../docs/examples/*/src/**/*.js',
    '../../../../../tools/author/templates/declarative/app.json',
  ],
  { query: '?raw', import: 'default', eager: true },
);

/** The folders that are offered: those that need no other app and no server. */
const OFFERED = ['declarative', 'task-list', 'expense-book', 'currency-converter', 'meeting-summary', 'plant-care', 'status-line'];

export interface Template {
  /** Its folder. */
  name: string;
  title: string;
  files: Files;
}

const declaredIn = (files: Files) => (JSON.parse(files[APP_FILE]!) as { app: { id: string; title: string; description: string } }).app;

/** What a new app can start from. */
export const TEMPLATES: readonly Template[] = OFFERED.map((name) => {
  const prefix = `/${name}/`;
  const files = Object.fromEntries(
    Object.entries(SOURCES)
      .filter(([path]) => path.includes(prefix))
      .map(([path, text]) => [path.slice(path.indexOf(prefix) + prefix.length).replace(/^src\//, ''), text]),
  );
  const { title } = declaredIn(files);
  return { name, title: title === 'APP_ID' ? 'Notes' : title, files: { [MANIFEST_FILE]: '{}\n', ...files } };
});

/** The files of a new app: those of a template with its own id and texts. */
export function filesFrom({ files }: Template, app: { id: string; title: string; description: string }): Files {
  const { id, title, description } = declaredIn(files);
  const member = (key: string, value: string) => `"${key}": ${JSON.stringify(value)}`;
  // A function: a text could have `$&`, which a replacement reads as what was found.
  const named = files[APP_FILE]!.replace(member('title', title), () => member('title', app.title)).replace(
    member('description', description),
    () => member('description', app.description || description),
  );
  return Object.fromEntries(Object.entries({ ...files, [APP_FILE]: named }).map(([file, text]) => [file, text.replaceAll(id, app.id)]));
}
