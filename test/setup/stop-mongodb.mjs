/** Stops the `mongod` that the tests started for themselves. */
export default async function stopMongodb() {
  await globalThis.stopMongod?.();
}
