// One call of the HTTP API, and what came of it.

const PATIENCE = 15_000
const BROKEN = 500

export class Calls {
  constructor(person, t) {
    Object.assign(this, {person, t})
  }

  // `{ok: true, data}`, or `{ok: false, status, message, code, fields, data}` with the server's message in the page's
  // language; null when the server gave no answer: none came in time, or a proxy says that the server is away.
  async once(path, {body, key = null, signal = null, patience = PATIENCE} = {}) {
    const headers = {Accept: "application/json"}
    const change = body === undefined ? {} : {method: "POST", body: JSON.stringify(body)}
    if (body !== undefined) headers["Content-Type"] = "application/json"
    if (key != null) headers["Idempotency-Key"] = key
    const limit = new AbortController()
    const end = () => limit.abort()
    const timer = setTimeout(end, patience)
    signal?.addEventListener("abort", end)
    try {
      const answer = await this.person.fetch(path, {...change, headers, signal: limit.signal})
      return this.read(answer.status, await answer.text())
    } catch {
      return null
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener("abort", end)
    }
  }

  read(status, text) {
    const data = parsed(text)
    if (status < 300 && data !== undefined) return {ok: true, data}
    if (typeof data?.code === "string") {
      const fields = Object.fromEntries((data.errors ?? []).map(({field, message}) => [field, message]))
      return {ok: false, status, message: data.detail, code: data.code, fields, data}
    }
    // Not LoadZone's words: something between it and the browser has answered.
    return status >= BROKEN ? null : {ok: false, status, message: this.t("no-answer"), code: "no_answer", fields: {}}
  }
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
