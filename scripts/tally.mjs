/**
 * A node:test reporter that writes one line of JSON when a file has ended: its numbers of tests. Read from the runner's
 * closing lines, which every supported Node reports alike.
 */
export default async function* tally(events) {
  const counts = {};
  for await (const { type, data } of events) {
    const line = type === "test:diagnostic" && data.nesting === 0 ? /^(\w+) (\d+)$/.exec(data.message) : null;
    if (line !== null) counts[line[1]] = Number(line[2]);
  }
  yield `${JSON.stringify(counts)}\n`;
}
