/**
 * How many sockets listen on a port.
 *
 * @param table as in /proc/net/tcp: local address in the second column, state in the fourth, 0A being "listening".
 */
export function listenersIn(table: string, port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").filter((line) => {
    const [, address, , state] = line.trim().split(/\s+/);
    return state === "0A" && address!.endsWith(local);
  }).length;
}
