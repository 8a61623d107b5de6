/** Makes the databases in `full` abort a transaction that puts, as browsers do over quota. Undo by the returned function. */
export function limitQuota(full: ReadonlySet<string>): () => void {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...args) {
    const request = put.apply(this, args);
    const { transaction } = this;
    if (full.has(transaction.db.name) && "_abort" in transaction && typeof transaction._abort === "function") {
      transaction._abort("QuotaExceededError");
    }
    return request;
  };
  return () => {
    IDBObjectStore.prototype.put = put;
  };
}
