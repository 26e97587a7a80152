/** Why a model could not be fetched, said so that whoever ran the command knows what to do. */
export class HubError extends Error {
  override readonly name = 'HubError';
}

/** What the hub answered, where it says that asking again is no use. @throws HubError */
export function refuse(status: number, what: string): never {
  if (status === 401 || status === 403) throw new HubError(`The hub does not give ${what} to everybody (${status})`);
  if (status === 404) throw new HubError(`The hub has no ${what} (404): check repository, revision and --endpoint`);
  throw new HubError(`The hub answered ${status} for ${what}`);
}
