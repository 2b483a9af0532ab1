// Reads an answer that comes as lines of JSON, each handled when it is there.

// `on` has a function for each kind of line. Throws `{status, fields, message}` for a refusal, and what fetch throws.
export async function readLines(address, {signal, person}, on) {
  const answer = await person.fetch(address, {signal})
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}))
    throw {status: answer.status, fields: told.errors, message: told.detail}
  }
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = "", ended = false
  for (;;) {
    const {value, done} = await reader.read()
    if (done) break
    const lines = (rest + value).split("\n")
    rest = lines.pop()
    for (const text of lines) {
      const line = JSON.parse(text)
      if (signal.aborted) return
      ended ||= line.kind === "end" || line.kind === "problem"
      await on[line.kind]?.(line)
    }
  }
  // An answer that was cut off must not look like the whole.
  if (!ended) throw {}
}
