import { hexToBytes as hex } from "@noble/hashes/utils.js";
import { textBytes } from "../../src/security/bytes.ts";

/** RFC 9180, appendix A.2.1 and A.2.1.1 (sequence number 0). */
export const a2 = {
  ikmE: hex("909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b"),
  enc: hex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"),
  skRm: hex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb"),
  pkRm: hex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a"),
  info: hex("4f6465206f6e2061204772656369616e2055726e"),
  additional: hex("436f756e742d30"),
  plain: textBytes("Beauty is truth, truth beauty"),
  ct: hex("1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"),
};

/** Every way to open that must give nothing: another key, info or additional, or any changed byte. */
export function* spoiltOpenings(sealed: Uint8Array) {
  const { info, additional } = a2;
  const open = { secretKey: a2.skRm, sealed, info, additional };
  yield { ...open, secretKey: a2.ikmE };
  yield { ...open, info: additional };
  yield { ...open, additional: info };
  yield { ...open, sealed: sealed.subarray(0, 31) };
  yield { ...open, sealed: new Uint8Array(77) };
  yield { ...open, secretKey: new Uint8Array(3) };
  for (let at = 0; at < sealed.length; at += 1) {
    const altered = Uint8Array.from(sealed);
    altered[at] = (altered[at] ?? 0) ^ 1;
    yield { ...open, sealed: altered };
  }
}
