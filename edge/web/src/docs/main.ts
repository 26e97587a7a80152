/** The API reference: a page of its own, so that its library is loaded by nobody else. */
import 'swagger-ui-dist/swagger-ui.css';
import './docs.css';
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import { followTheme } from './follow-theme.ts';

/** Where the web client keeps the token of whoever is signed in. */
const TOKEN_STORED_AS = 'edge-ocr.token';

followTheme(document.documentElement);

const reference = SwaggerUI({
  url: '/openapi.json',
  domNode: document.getElementById('reference'),
  deepLinking: true,
  // Else the address of the document is sent to a validator of somebody else's.
  validatorUrl: null,
  // Nothing of an address, such as ?url=, may choose what is shown here and gets the token.
  queryConfigEnabled: false,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  requestSnippetsEnabled: true,
  onComplete() {
    const token = localStorage.getItem(TOKEN_STORED_AS);
    if (token !== null) reference.preauthorizeApiKey('bearer', token);
  },
});
