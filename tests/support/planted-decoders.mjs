/** Decoders with faults that would end a test's own process, and one without. */
const seeds = [Uint8Array.of(1, 2, 3, 4)];

export async function houseDecoders() {
  return [
    { name: "sound", seeds, run: (bytes) => String(bytes.length % 2) },
    { name: "rejects-later", seeds, run: (bytes) => void (bytes[0] === 0 && Promise.reject(new Error("later"))) },
    {
      name: "throws-later",
      seeds,
      run: (bytes) => {
        if (bytes[0] !== 0) return;
        queueMicrotask(() => {
          throw new Error("much later");
        });
      },
    },
    {
      name: "never-ends",
      seeds,
      run: (bytes) => {
        while (bytes[0] === 0);
      },
    },
    {
      name: "slow",
      seeds,
      run: () => {
        const until = performance.now() + 6;
        while (performance.now() < until);
      },
    },
  ];
}
