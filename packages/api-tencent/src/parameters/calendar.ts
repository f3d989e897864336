/** Whether a text begins with a day that there is, as `2026-02-28`: by itself the language takes 30 February for 2 March. */
export function beginsWithDay(text: string): boolean {
  const day = text.slice(0, 10);
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}
