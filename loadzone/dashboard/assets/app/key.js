// Keys by which the server knows a request that is sent again (`Idempotency-Key`).

// crypto.randomUUID exists in secure contexts only, and a page in a local network may have no TLS.
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}
