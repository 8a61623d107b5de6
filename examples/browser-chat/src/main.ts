/** Browser chat: who writes here, in which network, and by which servers, as the address says. */
import { Chat } from "./chat.ts";
import { serversOf } from "./servers.ts";

const address = new URL(location.href).searchParams;
await new Chat().open(ownName(), { network: address.get("network") ?? "browser-chat", servers: serversOf(address) });

/** The address says it, else this tab keeps a name that was drawn for it. */
function ownName(): string {
  const kept = address.get("as") ?? sessionStorage.getItem("name");
  const drawn = kept ?? `guest ${100 + ((crypto.getRandomValues(new Uint16Array(1))[0] ?? 0) % 900)}`;
  sessionStorage.setItem("name", drawn);
  return drawn;
}
