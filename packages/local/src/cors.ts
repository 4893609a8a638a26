/** Preflights are remembered for a day, as PostgREST says; the page-end message rides on it. */
const MAX_AGE_SECONDS = 86_400;

const EXPOSED =
  'Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Preference-Applied, Retry-After, Server, Transfer-Encoding, Range-Unit, X-Supabase-Api-Version';

/** The answer to a preflight: any page may ask, with whatever headers it announces. The keys are the guard. */
export function preflight(request: Request): Response {
  return new Response(null, {
    status: 200,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD',
      'access-control-allow-headers': request.headers.get('access-control-request-headers') ?? 'authorization, apikey',
      'access-control-max-age': String(MAX_AGE_SECONDS),
    },
  });
}

/** Lets any page read the response, refusals included: an unreadable 401 would look like a dead network. */
export function allowAnyOrigin(response: Response): Response {
  response.headers.set('access-control-allow-origin', '*');
  response.headers.set('access-control-expose-headers', EXPOSED);
  return response;
}
