/** Codes of the finder. A code is API: it is never renamed. */
export const findingErrors = Object.freeze({
  DHT_PORT_UNAVAILABLE: {
    meaning: "UDP and TCP for the DHT cannot be had on that port.",
    cure: "Name another `dht.port`, or none: then free ones are taken.",
  },
  ENGINE_MISSING: {
    meaning: "The engine that finds peers cannot be loaded.",
    cure: 'For `engine: "webtorrent"` install it beside this package: npm install webtorrent. Or leave `engine` out: WebTorrent\'s parts are used.',
  },
} as const);
