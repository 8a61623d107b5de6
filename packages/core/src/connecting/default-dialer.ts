import type { Dialer } from "../ports/routing.ts";
import type { AddressBook } from "./address-book.ts";

/** Most peers that are kept connected because they were heard of. */
const mostWanted = 64;

/** Dials all it hears of, the newest first. */
export function defaultDialer(book: AddressBook): Dialer {
  return {
    wanted: () => book.fresh().slice(0, mostWanted),
    onChange: (listener) => book.onChange(() => listener()),
  };
}
