/** The tables of `test/security`, in a page: what Node's engines say of them must hold here too. */
import { expectTrue, offerCases, type PageCase } from "../../../../tests/browser/support/page-cases.ts";
import { equalBytes, joinBytes } from "../../src/security/bytes.ts";
import { nobleEd25519 } from "../../src/security/ed25519-engine.ts";
import { asyncStrictVerifier, strictVerifier } from "../../src/security/ed25519-strict.ts";
import { letterHpke } from "../../src/security/letter-hpke.ts";
import { nobleSuite } from "../../src/security/noble-suite.ts";
import { hasWebCryptoEd25519, webCryptoEd25519 } from "../../src/security/webcrypto-ed25519.ts";
import { accepted, type Case, honest, mixedKeys, rejected } from "../security/ed25519-cases.ts";
import golden from "../security/golden/noise-xx.json" with { type: "json" };
import { a2, spoiltOpenings } from "../security/hpke-case.ts";
import { playVector, vector } from "../security/noise-play.ts";

/** What noble and the browser's WebCrypto say under the rule. Throws unless they agree. */
async function verdict({ publicKey, bytes, signature }: Case): Promise<boolean> {
  const noble = strictVerifier(nobleEd25519()).verify(publicKey, bytes, signature);
  const native = await asyncStrictVerifier(webCryptoEd25519()).verify(publicKey, bytes, signature);
  expectTrue(noble === native, `noble says ${noble}, WebCrypto ${native}`);
  return noble;
}

const wanted = (cases: Readonly<Record<string, Case>>, result: boolean): PageCase[] =>
  Object.entries(cases).map(([name, input]) => ({
    name: `ed25519: ${name}`,
    run: async () => expectTrue((await verdict(input)) === result, `${result ? "rejected" : "accepted"}`),
  }));

const hpke = letterHpke();
const sealed = joinBytes(a2.enc, a2.ct);

const cases: PageCase[] = [
  {
    name: "ed25519: this browser has both engines",
    run: async () => expectTrue(await hasWebCryptoEd25519(), "WebCrypto has no Ed25519"),
  },
  ...wanted(accepted, true),
  ...wanted(rejected, false),
  ...wanted(Object.fromEntries(mixedKeys.map((each, at) => [`A + 8-torsion, ${at}`, each])), false),
  {
    name: "hpke: RFC 9180 A.2.1 seals to the published bytes",
    run: async () => {
      const { info, additional } = a2;
      const made = await hpke.seal({ publicKey: a2.pkRm, plain: a2.plain, info, additional, ephemeralInput: a2.ikmE });
      expectTrue(equalBytes(made, sealed), "other bytes");
    },
  },
  {
    name: "hpke: RFC 9180 A.2.1 opens the published bytes",
    run: async () => {
      const { info, additional } = a2;
      const opened = await hpke.open({ secretKey: a2.skRm, sealed, info, additional });
      expectTrue(opened !== undefined && equalBytes(opened, a2.plain), "another text");
    },
  },
  {
    name: "hpke: whatever is spoilt opens to nothing",
    run: async () => {
      for (const spoilt of spoiltOpenings(sealed)) expectTrue((await hpke.open(spoilt)) === undefined, "it opened");
    },
  },
  {
    name: "noise: the vector made with noise-c",
    run: () => {
      const differences = playVector(nobleSuite(), vector.parse(golden));
      expectTrue(differences.length === 0, differences.join(", "));
    },
  },
];
// Where the test asks for it, one case is wrong: it must be told.
if (location.search === "?planted") cases.push(...wanted({ planted: honest }, false));
offerCases(cases);
