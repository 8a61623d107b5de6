/** Browser chat: who writes here, and by which servers, as the address says. */
import { Chat } from "./chat.ts";
import { roadsBy } from "./roads.ts";

const address = new URL(location.href).searchParams;
const roads = roadsBy({
  relay: address.get("relay") ?? "http://127.0.0.1:8765/gun",
  peerServer: address.get("peers") ?? "http://127.0.0.1:9000/",
});
await new Chat(roads).open(ownName());

/** The address says it, else this tab keeps a name that was drawn for it. */
function ownName(): string {
  const kept = address.get("as") ?? sessionStorage.getItem("name");
  const drawn = kept ?? `guest ${100 + ((crypto.getRandomValues(new Uint16Array(1))[0] ?? 0) % 900)}`;
  sessionStorage.setItem("name", drawn);
  return drawn;
}
