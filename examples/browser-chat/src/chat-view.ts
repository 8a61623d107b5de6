/** What a person sees. It knows nothing of nodes: it is told, and it asks by its handlers. */
import { element, part } from "./elements.ts";

export interface PeerRow {
  readonly id: string;
  readonly name: string;
  readonly isHere: boolean;
  /** As "Gun relay · 24 ms". */
  readonly roads: string;
}

export interface RoadRow {
  readonly id: string;
  readonly label: string;
  readonly state: string;
  readonly detail: string;
  readonly isCut: boolean;
}

export type Tick = "waiting" | "kept" | "read" | "failed";

export interface LineRow {
  readonly isOurs: boolean;
  readonly text: string;
  readonly at: string;
  readonly tick: Tick | undefined;
  /** What the tick means, as "read, by Gun relay in 24 ms". */
  readonly told: string;
}

const marks: Readonly<Record<Tick, string>> = { waiting: "◌", kept: "✓", read: "✓✓", failed: "✕" };

export class ChatView {
  readonly #peers = part("peers", HTMLUListElement);
  readonly #roads = part("roads", HTMLUListElement);
  readonly #lines = part("lines", HTMLOListElement);
  readonly #net = part("net", HTMLElement);
  readonly #form = part("write", HTMLFormElement);
  readonly #text = part("text", HTMLInputElement);
  readonly #send = part("send", HTMLButtonElement);

  /** What each list shows: one that is made anew without need takes the keyboard's focus away. */
  readonly #shown = new Map<HTMLElement, string>();

  constructor(o: { onWrite(text: string): void }) {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#text.value.trim();
      if (text === "") return;
      o.onWrite(text);
      this.#text.value = "";
      this.#text.focus();
    });
  }

  showSelf(name: string, id: string): void {
    part("me", HTMLElement).textContent = name;
    part("id", HTMLElement).textContent = `${id.slice(0, 8)}…`;
    document.title = `${name} · Swarm Space chat`;
  }

  showFailure(why: string): void {
    const notice = part("failure", HTMLElement);
    notice.textContent = why;
    notice.hidden = false;
  }

  showNet(isReachable: boolean, text: string): void {
    this.#net.textContent = text;
    this.#net.dataset["state"] = isReachable ? "up" : "down";
  }

  #isNews(list: HTMLElement, what: unknown): boolean {
    const text = JSON.stringify(what);
    const isNews = this.#shown.get(list) !== text;
    this.#shown.set(list, text);
    return isNews;
  }

  showPeers(rows: readonly PeerRow[], chosen: string | undefined, choose: (id: string) => void): void {
    if (!this.#isNews(this.#peers, [rows, chosen])) return;
    const items = rows.map((row) => {
      const button = element(
        "button",
        {
          type: "button",
          className: "peer",
          data: { state: row.isHere ? "up" : "down" },
          onclick: () => choose(row.id),
        },
        element("span", { className: "name" }, row.name),
        element("span", { className: "note" }, row.isHere ? row.roads : "away: lines wait for them"),
      );
      button.setAttribute("aria-pressed", String(row.id === chosen));
      return element("li", {}, button);
    });
    this.#peers.replaceChildren(...items);
    part("nobody", HTMLElement).hidden = rows.length > 0;
    const open = rows.find(({ id }) => id === chosen);
    part("with", HTMLElement).textContent = open === undefined ? "Nobody yet" : open.name;
    this.#text.disabled = this.#send.disabled = open === undefined;
  }

  showRoads(rows: readonly RoadRow[], flip: (id: string) => void): void {
    if (!this.#isNews(this.#roads, rows)) return;
    const items = rows.map((row) =>
      element(
        "li",
        { className: "road", data: { road: row.id, state: row.state } },
        element("span", { className: "name" }, row.label),
        element("span", { className: "note" }, row.detail),
        element(
          "button",
          {
            type: "button",
            className: "switch",
            onclick: () => flip(row.id),
            ariaLabel: `${row.isCut ? "Heal" : "Cut"} ${row.label}`,
          },
          row.isCut ? "Heal" : "Cut",
        ),
      ),
    );
    this.#roads.replaceChildren(...items);
  }

  showLines(rows: readonly LineRow[]): void {
    if (!this.#isNews(this.#lines, rows)) return;
    const items = rows.map((row) => {
      const foot = element("span", { className: "foot" }, row.at);
      if (row.tick !== undefined)
        foot.append(
          " · ",
          element("span", { className: "tick", data: { tick: row.tick } }, `${marks[row.tick]} ${row.told}`),
        );
      return element("li", { className: row.isOurs ? "ours" : "theirs" }, element("p", {}, row.text), foot);
    });
    this.#lines.replaceChildren(...items);
    this.#lines.scrollTop = this.#lines.scrollHeight;
    part("empty", HTMLElement).hidden = rows.length > 0;
  }
}
