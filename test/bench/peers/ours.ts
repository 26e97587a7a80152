/** This project, as a peer. */
import { openPipeline } from '../pipeline.ts';
import { serve } from './serve.ts';

const pipeline = await openPipeline();
serve(async (file) => (await pipeline.read(file)).text);
