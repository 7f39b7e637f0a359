/** Planted bugs: what an app sends reaches further than its place. */
export const mutants = [
  {
    name: 'a link may have any scheme',
    file: 'src/url.js',
    find: 'protocols.includes(url.protocol)',
    plant: 'true',
    test: { file: 'src/url.spec.js', name: '"javascript:alert(1)" leads nowhere' },
  },
  {
    name: 'a path becomes another host',
    file: 'src/url.js',
    find: "url.pathname.replace(/^\\/+/, '/')",
    plant: 'url.pathname',
    test: { file: 'src/url.spec.js', name: '/.//evil.example does not become another host' },
  },
  {
    name: 'HTML in the page has its own styles',
    file: 'src/sanitize.js',
    find: "FORBID_ATTR: ['style', 'class', ",
    plant: 'FORBID_ATTR: [',
    test: { file: 'test/hostile.spec.js', name: 'lose styles and classes of the host' },
  },
  {
    name: 'the frame of HTML runs scripts',
    file: 'src/nodes/rich-text.js',
    find: 'allow-same-origin allow-popups ',
    plant: 'allow-same-origin allow-scripts ',
    test: { file: 'test/hostile.spec.js', name: 'of an app stand in a frame that runs no scripts' },
  },
  {
    name: 'a tree leads its user away by itself',
    file: 'src/tree.js',
    find: "action?.action !== 'call'",
    plant: '!action',
    test: { file: 'test/behaviour.spec.js', name: 'runs the auto_action of a root once, and only if it is a call' },
  },
  {
    name: 'an action runs before its user has confirmed it',
    file: 'src/use-action.js',
    find: '!(await confirm(question))',
    plant: '!confirm(question)',
    test: { file: 'test/behaviour.spec.js', name: 'asks before it runs what needs a confirmation' },
  },
  {
    name: 'a form submits what is not valid',
    file: 'src/nodes/form.js',
    find: 'entries.some(([, { problem }]) => problem)',
    plant: 'false',
    test: { file: 'test/behaviour.spec.js', name: 'says what is wrong, goes there, and submits nothing' },
  },
];
