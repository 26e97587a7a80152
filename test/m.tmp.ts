import { startStack } from '/work/main/infra/local/stack.ts';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
const s0=createServer().listen(18787,'127.0.0.1');
const d=mkdtempSync('/tmp/e2e-');
try { const s=await startStack({DATA_DIR:d,EDGE_PORT:18787,NODE_PORT:0,nodeEnvironment:{LOG_LEVEL:'warn'}});
console.log('up',s.edgeUrl,s.nodeUrl); await s.stop(); } catch (e) { console.log('ERR', e); }
s0.close();
