/** The success envelope around `data`; nobody between us and the client may keep it. */
export function answerData(data: unknown): Response {
  return Response.json({ success: true, data }, { headers: { 'Cache-Control': 'private, no-store' } });
}
