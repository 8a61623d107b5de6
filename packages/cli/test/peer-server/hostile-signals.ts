/** What a hostile client sends to a PeerServer. Each is dropped by the guard. */
export const hostileSignals: Readonly<Record<string, string | Buffer>> = Object.freeze({
  "JSON null": "null",
  "a number": "1",
  "broken JSON": "{{{",
  nothing: "",
  "a list": '["OFFER"]',
  binary: Buffer.from('{"type":"HEARTBEAT"}'),
  "an unknown type": '{"type":"__proto__","dst":"victim","payload":{}}',
  "the server's own type": '{"type":"EXPIRE","dst":"victim"}',
  "a receiver that is no text": '{"type":"OFFER","dst":{"a":1},"payload":{}}',
  "a receiver without end": JSON.stringify({ type: "OFFER", dst: "v".repeat(129), payload: {} }),
  "an offer without payload": '{"type":"OFFER","dst":"victim"}',
  "a payload that is no object": '{"type":"ANSWER","dst":"victim","payload":null}',
  "a payload that is a list": '{"type":"CANDIDATE","dst":"victim","payload":[]}',
  "a payload too deep": `{"type":"OFFER","dst":"victim","payload":{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}}`,
});
