import { OcrError } from '@edge-ocr/shared/errors';
import {
  IMAGE_ACCESS_TARGET,
  IMAGE_SWEEP_TARGET,
  imageAccessSchema,
  imageSweepSchema,
  SYSTEM_SCOPE,
} from '@edge-ocr/shared/image-access';
import type { FastifyInstance } from 'fastify';
import type { NodeDependencies } from '../app.ts';
import { principalOfRequest } from '../auth/internal-token.ts';
import { recordAccess, recordSweep } from '../persist/image-access-log.ts';
import { parseJsonBody } from './json-body.ts';

/** What the edge has written into the image access log. Answered when it is in the database. */
export function registerImageAccess(app: FastifyInstance, { database }: NodeDependencies): void {
  app.post(IMAGE_ACCESS_TARGET, async (request) => {
    const access = parseJsonBody(imageAccessSchema, request.body);
    await recordAccess(database, access, principalOfRequest(request), request.id);
    return { success: true, data: { recorded: 1 } };
  });

  app.post(IMAGE_SWEEP_TARGET, async (request) => {
    if (!principalOfRequest(request).scopes.includes(SYSTEM_SCOPE)) throw new OcrError('FORBIDDEN');
    const sweep = parseJsonBody(imageSweepSchema, request.body);
    await recordSweep(database, sweep, request.id);
    return { success: true, data: { recorded: sweep.deleted.length } };
  });
}
