// The pages that have a name of their own: address, name, and the key that leads there.

export const pages: [string, string, string][] = [
  ["/", "Network", "n"],
  ["/devices", "Devices", "d"],
  ["/flows", "Flows", "f"],
  ["/trace", "Trace", "t"],
  ["/cluster", "Cluster", "c"],
  ["/events", "Events", "e"],
  ["/alarms", "Alarms", "a"],
  ["/change", "Change", ""],
];

/** Pages that show the network as it was. */
export const isTimed = (path: string): boolean => path === "/" || path === "/devices" || path === "/trace" || path.split("/").length > 2;
