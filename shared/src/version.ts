import packageJson from '../package.json' with { type: 'json' };

/** Version of the service; all workspaces carry the same one. */
export const VERSION: string = packageJson.version;
