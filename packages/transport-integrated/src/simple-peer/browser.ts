/** The library's own bundle: the plain file needs `global`, `process` and streams, which a page has not. */
export { default } from "simple-peer/simplepeer.min.js";
