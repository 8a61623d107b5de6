/** Codes of this package. A code is API: it is never renamed. */
export const errorTable = Object.freeze({
  /** UDP and TCP for the DHT cannot be had on that port. */
  DHT_PORT_UNAVAILABLE: "Name another `dht.port`, or none: then free ones are taken.",
  /** The engine that finds peers cannot be loaded. */
  ENGINE_MISSING:
    'For `engine: "webtorrent"` install it beside this package: npm install webtorrent. Or leave `engine` out: WebTorrent\'s parts are used.',
} as const);
