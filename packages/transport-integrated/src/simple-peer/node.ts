export { default } from "simple-peer";
