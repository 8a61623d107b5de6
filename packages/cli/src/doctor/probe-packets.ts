/** Requests over UDP that any server of their kind answers, and what an answer looks like. Pure. */
export interface Question {
  readonly request: Uint8Array;
  isAnswer(packet: Uint8Array): boolean;
}

const magicCookie = 0x2112_a442;
const bindingSuccess = 0x0101;

/** A Binding request (RFC 8489). @param transaction 12 random bytes */
export function stunQuestion(transaction: Uint8Array): Question {
  const request = new Uint8Array(20);
  const view = new DataView(request.buffer);
  view.setUint16(0, 0x0001);
  view.setUint32(4, magicCookie);
  request.set(transaction, 8);
  return {
    request,
    isAnswer: (packet) =>
      packet.length >= 20 &&
      Buffer.from(packet).readUInt16BE(0) === bindingSuccess &&
      sameBytes(packet, request, 4, 20),
  };
}

/** A `ping` (BEP 5). @param id 20 random bytes, which is nobody's node id */
export function dhtQuestion(id: Uint8Array): Question {
  const transaction = Buffer.from(id.subarray(0, 2)).toString("latin1");
  const self = Buffer.from(id).toString("latin1");
  const request = Buffer.from(`d1:ad2:id20:${self}e1:q4:ping1:t2:${transaction}1:y1:qe`, "latin1");
  return {
    request,
    isAnswer: (packet) => {
      const text = Buffer.from(packet).toString("latin1");
      return text.startsWith("d") && text.includes(`1:t2:${transaction}`) && text.includes("1:y1:r");
    },
  };
}

function sameBytes(one: Uint8Array, other: Uint8Array, from: number, to: number): boolean {
  return Buffer.compare(one.subarray(from, to), other.subarray(from, to)) === 0;
}
