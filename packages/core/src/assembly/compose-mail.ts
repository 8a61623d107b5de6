import { codeOf, describeError } from "../errors/index.ts";
import { CardBook } from "../mail/card-book.ts";
import { MailIn } from "../mail/mail-in.ts";
import { MailOut } from "../mail/mail-out.ts";
import { SealRoom } from "../mail/seal-room.ts";
import { ports } from "../ports/ports.ts";
import { letterHpke } from "../security/letter-hpke.ts";
import type { PortContainer } from "./port-container.ts";
import { roomPorts as rooms } from "./room-ports.ts";

/** The rooms of sealed letters. */
export function composeMail(c: PortContainer): void {
  const network = () => c.get(rooms.options).network;
  const storeFailed = (error: unknown) =>
    c.get(ports.events).emit("store:failed", { code: codeOf(error, "STORE_FAILED"), detail: describeError(error) });
  c.provideFactory(
    rooms.cards,
    () =>
      new CardBook({
        network: network(),
        clock: c.get(ports.clock),
        store: c.get(ports.store),
        verifier: c.get(rooms.verifier),
        onFailed: storeFailed,
      }),
  );
  c.provideFactory(rooms.letterHpke, letterHpke);
  c.provideFactory(rooms.seals, () => {
    const instance = c.get(rooms.instance);
    return new SealRoom({
      identity: c.get(ports.identity),
      network: network(),
      suite: c.get(ports.cryptoSuite),
      clock: c.get(ports.clock),
      store: c.get(ports.store),
      verifier: c.get(rooms.verifier),
      hpke: c.get(rooms.letterHpke),
      origin: () => instance.origin,
      onFailed: storeFailed,
    });
  });
  c.provideFactory(rooms.mailOut, () => {
    const book = c.get(rooms.book);
    return new MailOut({
      clock: c.get(ports.clock),
      events: c.get(ports.events),
      outbox: c.get(rooms.outbox),
      cards: c.get(rooms.cards),
      seals: c.get(rooms.seals),
      mailboxes: c.all(ports.mailbox),
      isOff: (mailbox) => c.get(rooms.switchboard).isOff(mailbox),
      isConnected: (peer) => book.newest(peer) !== undefined,
    });
  });
  c.provideFactory(rooms.mailIn, () => {
    const instance = c.get(rooms.instance);
    return new MailIn({
      clock: c.get(ports.clock),
      events: c.get(ports.events),
      door: c.get(rooms.door),
      seals: c.get(rooms.seals),
      cards: c.get(rooms.cards),
      desk: c.get(rooms.desk),
      ledger: c.get(rooms.ledger),
      acknowledgements: c.get(rooms.acknowledgements),
      book: c.get(rooms.book),
      switchboard: c.get(rooms.switchboard),
      out: c.get(rooms.mailOut),
      wake: (session) => c.get(rooms.carrier).wake(session),
      origin: () => instance.origin,
      mailboxes: c.all(ports.mailbox),
    });
  });
}
