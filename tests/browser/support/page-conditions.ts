/** Scripts that run in a page before all others (`addInitScript`), and so name nothing outside themselves. */

declare global {
  interface Window {
    /** Whether timers run at each full minute alone from now on. */
    throttle(isOn: boolean): void;
  }
}

/** What the browser says of its network is kept from the page. */
export function deafToNetwork(): void {
  const listen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (name, ...rest) {
    if (name !== "online" && name !== "offline") listen.call(this, name, ...rest);
  };
}

/** Timers as a browser runs those of a page that is hidden for long, once it is told so. Headless, no page is hidden. */
export function throttleable(): void {
  const minuteMs = 60_000;
  const { setTimeout, setInterval, clearTimeout } = window;
  const held = new Map<unknown, () => void>();
  let isThrottled = false;
  const runHeld = () => {
    for (const [id, run] of [...held]) if (held.delete(id)) run();
  };
  setInterval.call(window, runHeld, minuteMs);
  Object.assign(window, {
    setTimeout(fn: () => void, delayMs?: number) {
      const id = setTimeout.call(window, () => (isThrottled ? void held.set(id, fn) : fn()), delayMs);
      return id;
    },
    clearTimeout(id: number) {
      held.delete(id);
      clearTimeout.call(window, id);
    },
    throttle(isOn: boolean) {
      isThrottled = isOn;
      if (!isOn) runHeld();
    },
  });
}
