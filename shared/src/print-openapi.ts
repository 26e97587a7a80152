/** `npm run -s openapi` prints the document. */
import { buildOpenApiDocument } from './openapi.ts';
import { VERSION } from './version.ts';

console.log(JSON.stringify(buildOpenApiDocument(VERSION), null, 2));
