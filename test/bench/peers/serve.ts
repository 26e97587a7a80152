/** The child's side of startPeerProcess: reads the files that its parent names. */

export type PeerRequest = { readonly file: string };
export type PeerReply = { readonly ready: true } | { readonly text: string } | { readonly error: string };

/** @param read gives the whole text of an image file. */
export function serve(read: (file: string) => Promise<string>): void {
  const reply = (message: PeerReply) => process.send!(message);
  process.on('message', ({ file }: PeerRequest) => {
    read(file).then(
      (text) => reply({ text }),
      (error) => reply({ error: String(error) }),
    );
  });
  process.once('disconnect', () => process.exit());
  reply({ ready: true });
}
