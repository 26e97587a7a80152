import { ANNOUNCEMENT, type Announcement, announcementSchema } from '@edge-ocr/shared/pool';
import { decodeJwt, SignJWT } from 'jose';

/** The announcement as edges accept it. @param secret the internal secret. */
export function signAnnouncement(announcement: Announcement, secret: string): Promise<string> {
  return new SignJWT({ ...announcement })
    .setProtectedHeader({ alg: ANNOUNCEMENT.algorithm })
    .setIssuer(ANNOUNCEMENT.issuer)
    .setAudience(ANNOUNCEMENT.audience)
    .setIssuedAt()
    .setExpirationTime(`${ANNOUNCEMENT.lifetimeSeconds}s`)
    .sign(new TextEncoder().encode(secret));
}

/** What an announcement says, its signature unchecked: to be shown, never to be acted on. @returns null for anything else. */
export function readAnnouncement(token: string): Announcement | null {
  try {
    return announcementSchema.safeParse(decodeJwt(token)).data ?? null;
  } catch {
    return null;
  }
}
