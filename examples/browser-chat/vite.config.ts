import { defineConfig } from "vite";

/** WebTorrent's client of trackers asks where it runs; nothing else of `process` is there. */
export default defineConfig({ define: { "process.browser": "true" } });
