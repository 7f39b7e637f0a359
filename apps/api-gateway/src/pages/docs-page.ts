/** Replaces colours of Swagger UI that have too little contrast (WCAG 2.2, 1.4.3). */
export const CONTRAST_CSS = `.swagger-ui .info .title small,.swagger-ui .info .title small pre{background:#4a4f5a}.swagger-ui .info .title small.version-stamp,.swagger-ui .info .title small.version-stamp pre{background:#3d6600}
.swagger-ui a.link,.swagger-ui .info a,.swagger-ui .info .url{color:#0b5cad}
.swagger-ui .btn.authorize{border-color:#1b6b3f;color:#1b6b3f}.swagger-ui .btn.authorize svg{fill:#1b6b3f}
.swagger-ui .btn.cancel{border-color:#b3261e;color:#b3261e}.swagger-ui .btn.execute{background:#0b5cad;border-color:#0b5cad}
.swagger-ui .opblock.opblock-post .opblock-summary-method{background:#1b6b3f}.swagger-ui .opblock.opblock-get .opblock-summary-method{background:#0b5cad}
.swagger-ui .opblock.opblock-delete .opblock-summary-method{background:#b3261e}.swagger-ui .opblock.opblock-put .opblock-summary-method{background:#7a4f00}
.swagger-ui .opblock.opblock-patch .opblock-summary-method{background:#0f5f5a}
.swagger-ui .opblock.opblock-deprecated{opacity:1}.swagger-ui .opblock.opblock-deprecated .opblock-summary-method{background:#555}
.swagger-ui .opblock.opblock-deprecated .opblock-summary-description,.swagger-ui .opblock.opblock-deprecated .opblock-summary-path{color:#3b4151}
.swagger-ui .json-schema-2020-12-expand-deep-button,.swagger-ui .json-schema-2020-12__attribute--primary,.swagger-ui .json-schema-2020-12__attribute--muted,.swagger-ui .json-schema-2020-12-accordion,.swagger-ui .json-schema-2020-12-keyword__name--secondary,.swagger-ui .json-schema-2020-12-keyword__value--secondary{color:#3b4151}
.swagger-ui .parameter__name.required::after,.swagger-ui .parameter__name.required span{color:#b3261e}.swagger-ui .parameter__in,.swagger-ui .prop-format{color:#4a4f5a}
.swagger-ui .model-example .tab li button,.swagger-ui .tab li,.swagger-ui .response-control-media-type__title,.swagger-ui .response-control-media-type__accept-message{color:#3b4151}
.swagger-ui .response-control-media-type--accept-controller select{border-color:#1b6b3f}.swagger-ui .response-control-media-type__accept-message{color:#1b6b3f}`;

/** A page that shows an OpenAPI document of this gateway. */
export const docsPage = (title: string, document: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css"><link rel="stylesheet" href="/docs/colours.css"><link rel="icon" href="/favicon.svg"></head>
<body><div id="api"></div><script src="/docs/assets/swagger-ui-bundle.js"></script><script src="/docs/start.js" data-document="${document}"></script></body>
</html>`;

export const DOCS_SCRIPT = `// Adds accessible names, heading levels and landmarks that Swagger UI lacks.
const ATTRIBUTES = [
  ['.information-container', { role: 'region', 'aria-label': 'About this API' }],
  ['.scheme-container', { role: 'region', 'aria-label': 'Credentials' }],
  ['h3.opblock-tag, .modal-ux-header h3', { 'aria-level': '2' }],
  ['.opblock-section-header h4, .responses-wrapper h4, .auth-container h4', { 'aria-level': '3' }],
  ['.responses-inner h4, .responses-inner h5', { 'aria-level': '4' }],
  ['.modal-ux', { role: 'dialog', 'aria-modal': 'true', 'aria-label': 'Credentials' }],
  ['.close-modal', { 'aria-label': 'Close' }],
  ['.modal-btn.authorize', { 'aria-label': null }],
  ['.body-param__text', { 'aria-label': 'Request body' }],
  ['.examples-select-element', { 'aria-label': 'Example' }],
  ['.highlight-code > pre, .microlight', { tabindex: '0' }],
];
const addAttributes = () => {
  for (const [selector, attributes] of ATTRIBUTES)
    for (const element of document.querySelectorAll(selector))
      for (const [name, value] of Object.entries(attributes))
        if (value === null) element.removeAttribute(name);
        else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
};
new MutationObserver(addAttributes).observe(document.getElementById('api'), { childList: true, subtree: true });
const renderNothing = () => () => null;
SwaggerUIBundle({
  url: document.currentScript.dataset.document,
  dom_id: '#api',
  persistAuthorization: false,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: -1,
  syntaxHighlight: false,
  // This origin is the only server.
  plugins: [{ wrapComponents: { ServersContainer: renderNothing } }],
});`;
