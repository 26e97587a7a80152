/** One of the readers that are compared. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  /** Bring it (back) to where it reads at full speed; not part of its time. */
  prepare(): Promise<void>;
  /**
   * The whole text of an image file.
   * @throws Error when it fails, dies or takes longer than `timeoutMs`; it may be asked again after prepare().
   */
  read(file: string, timeoutMs: number): Promise<string>;
  close(): Promise<void>;
}

/** What stands in for a peer that this machine lacks: the reason, and how to get it. */
export class MissingPeer extends Error {}
