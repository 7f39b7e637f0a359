/** A small SVG icon with this content, and further attributes on its root element. */
export const svgIcon = (content = '<path d="M0 0h8v8H0z"/>', attributes = '') =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"${attributes}>${content}</svg>`;

/** Icons that would run or load something when a browser opens them, each with a description. */
export const HOSTILE_ICONS: readonly (readonly [description: string, svg: string])[] = [
  ['an event handler', svgIcon('', ' onload="alert(1)"')],
  ['a script', svgIcon('<script>alert(1)</script>')],
  ['a javascript: link', svgIcon('<a href="javascript:alert(1)"><path d="M0 0h8"/></a>')],
  ['a javascript: reference', svgIcon('<use href="javascript:alert(1)"/>')],
  ['an image from elsewhere', svgIcon('<image href="https://tracker.example/a.png"/>')],
  ['an embedded page', svgIcon('<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>')],
  ['entities', `<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>${svgIcon('<title>&a;</title>')}`],
  ['a style that loads', svgIcon('<path d="M0 0h8" style="fill: url(https://tracker.example/a#b)"/>')],
  ['a style sheet', svgIcon('<style>@import url(https://tracker.example/a.css)</style>')],
];
