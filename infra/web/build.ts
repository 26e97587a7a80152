/** `npm run build:web`: builds the web client into edge/web/dist, unless what is there was built from the same files. */
import { buildWebClientIfStale } from './web-client.ts';

const built = await buildWebClientIfStale();
console.log(built ? 'The web client is built.' : 'The web client is up to date.');
