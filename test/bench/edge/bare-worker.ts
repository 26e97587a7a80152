/** What the edge is measured against: the least that an authenticated upload can cost on hono and workerd. */
import { Hono } from 'hono';
import { jwtVerify } from 'jose';

const app = new Hono<{ Bindings: { JWT_SECRET: string } }>();

app.all('*', async (c) => {
  const token = c.req.header('authorization')?.replace('Bearer ', '') ?? '';
  const { payload } = await jwtVerify(token, new TextEncoder().encode(c.env.JWT_SECRET), {
    algorithms: ['HS256'],
    issuer: 'edge-ocr',
    audience: 'edge-ocr',
    requiredClaims: ['exp', 'iss', 'aud'],
  });
  const body = await c.req.arrayBuffer();
  return c.json({ success: true, data: { user: payload.sub, bytes: body.byteLength } });
});

export default app;
