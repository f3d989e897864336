/** Asks the page's own backend, which holds the keys. @throws {Error} with its message. */
export async function askBackend<Answer>(name: string, body: object): Promise<Answer> {
  const response = await fetch(`/api/${name}`, { method: 'POST', body: JSON.stringify(body) });
  const answer = (await response.json()) as Answer & { readonly message?: string };
  if (!response.ok) throw new Error(answer.message ?? `${name} ended with ${response.status}.`);
  return answer;
}
