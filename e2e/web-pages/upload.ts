/** Sends a file to the test's server. */
export async function upload(file: Blob, name: string): Promise<void> {
  const { ok } = await fetch(`/upload/${name}`, { method: 'PUT', body: file });
  if (!ok) throw new Error(`${name} could not be sent`);
}
