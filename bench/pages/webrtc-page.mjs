/** The sending end of the WebRTC rows in a page. `window.post` carries envelopes to the process at the other end. */
import { openSender } from "../support/webrtc-sender.mjs";

Object.assign(window, {
  async openSender(other) {
    window.sender = await openSender({
      other,
      post: (envelope) => void window.post(envelope),
      onSignals(deliver) {
        window.deliver = deliver;
      },
    });
  },
});
