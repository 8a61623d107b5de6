import { quote, SwarmError } from "../errors/index.ts";
import type { Plugin, PluginContext } from "../ports/plugin.ts";
import type { ManyPort, OnePort, Port } from "../ports/port.ts";
import type { PortContainer } from "./port-container.ts";
import { missingMembers } from "./port-shapes.ts";

/** One plugin's doors into the container: no further than its definition says. */
export class PluginPorts {
  readonly #plugin: Plugin;
  readonly #container: PortContainer;
  /** Fill the lists that were handed out during set-up, once all plugins are set up. One a call of `use`; emptied by `complete`. */
  #fill: (() => void)[] = [];
  #isSettingUp = true;
  /** What it provided. */
  readonly parts = new Set<unknown>();

  constructor(plugin: Plugin, container: PortContainer) {
    this.#plugin = plugin;
    this.#container = container;
  }

  readonly provide: PluginContext<unknown>["provide"] = (port, implementation) => {
    this.#check("provided", port, this.#plugin.provides);
    if (!this.#isSettingUp) {
      throw new SwarmError("PORT_UNDECLARED", `${this.#plugin.id} provided the port "${port.name}" after its setup.`, {
        detail: { plugin: this.#plugin.id, port: port.name },
        cure: "Provide ports in `setup`.",
      });
    }
    this.#checkShape(port, implementation);
    this.#container.provideValue(port, implementation);
    this.parts.add(implementation);
  };

  readonly use: PluginContext<unknown>["use"] = this.#use.bind(this);

  /** From here on nothing more may be provided. */
  endSetup(): void {
    this.#isSettingUp = false;
  }

  /** Fills, and closes, the lists of many-ports that were handed out during set-up. */
  complete(): void {
    for (const fill of this.#fill) fill();
    this.#fill = [];
  }

  #use<Value>(port: ManyPort<Value>): readonly Value[];
  #use<Value>(port: OnePort<Value>): Value | undefined;
  #use<Value>(port: ManyPort<Value> | OnePort<Value>): readonly Value[] | Value | undefined {
    this.#check("used", port, [...this.#plugin.requires, ...this.#plugin.wants]);
    if (port.arity === "many") return this.#list(port);
    const isRequired = this.#plugin.requires.some((each) => each.key === port.key);
    return isRequired || this.#container.has(port) ? this.#container.get(port) : undefined;
  }

  #list<Value>(port: ManyPort<Value>): readonly Value[] {
    const list = [...this.#container.lent(port)];
    const fill = (): void => {
      list.splice(0, list.length, ...this.#container.lent(port));
      Object.freeze(list);
    };
    if (this.#isSettingUp) this.#fill.push(fill);
    return list;
  }

  /** Here, where the plugin is known: a member that is missing would fail at its first call, in a room of the kernel. */
  #checkShape(port: Port<unknown>, value: unknown): void {
    const missing = missingMembers(port, value);
    if (missing.length === 0) return;
    const { id } = this.#plugin;
    const names = missing.map(({ name, kind }) => `${name} (${kind})`).join(", ");
    throw new SwarmError(
      "PORT_INVALID",
      `${id} provided ${quote(value)} at the port "${port.name}", which lacks: ${names}.`,
      { detail: { plugin: id, port: port.name, missing: missing.map(({ name }) => name) } },
    );
  }

  #check(verb: "provided" | "used", port: Port<unknown>, declared: readonly Port<unknown>[]): void {
    if (declared.some((each) => each.key === port.key)) return;
    const where = verb === "provided" ? "`provides`" : "`requires` or `wants`";
    throw new SwarmError(
      "PORT_UNDECLARED",
      `${this.#plugin.id} ${verb} the port "${port.name}" without naming it under ${where}.`,
      {
        detail: { plugin: this.#plugin.id, port: port.name },
        cure: `Name it under ${where}.`,
      },
    );
  }
}
