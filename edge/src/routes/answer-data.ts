/** The success envelope around `data`; nobody between us and the client may keep it. */
export function answerData(data: unknown, status = 200): Response {
  return Response.json({ success: true, data }, { status, headers: { 'Cache-Control': 'private, no-store' } });
}
