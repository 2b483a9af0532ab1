// A file on its way to the server: whole where one request can hold it, else in pieces, each sent once.

// Small enough, in Base64 too, for proxies that let no more than a megabyte through.
const PIECE = 512 * 1024
// As much as `fromCharCode` takes at once everywhere.
const LETTERS = 0x8000

export class Upload {
  constructor(desk, bytes) {
    Object.assign(this, {desk, bytes, name: null})
  }

  get empty() {
    return this.bytes.length === 0
  }

  // Call `path` with the file and `body`; pieces that the server has forgotten meanwhile are sent again.
  async call(path, body, key = null) {
    if (this.bytes.length <= PIECE) return this.desk.call(path, {...body, content: base64(this.bytes)}, key)
    const sent = this.name != null
    const failed = sent ? null : await this.sendPieces()
    if (failed) return failed
    const answer = await this.desk.call(path, {...body, upload: this.name}, key)
    if (!sent || answer.code !== "upload_not_found") return answer
    this.name = null
    return this.call(path, body)
  }

  async sendPieces() {
    const name = randomName()
    for (let piece = 0; piece * PIECE < this.bytes.length; piece += 1) {
      const content = base64(this.bytes.subarray(piece * PIECE, (piece + 1) * PIECE))
      const answer = await this.desk.call("/upload-csv", {upload: name, piece, content})
      if (!answer.ok) return answer
    }
    this.name = name
    return null
  }
}

// Without TLS there is no `crypto.randomUUID`.
export function randomName() {
  return base64(crypto.getRandomValues(new Uint8Array(16)))
}

function base64(bytes) {
  let text = ""
  for (let at = 0; at < bytes.length; at += LETTERS) text += String.fromCharCode(...bytes.subarray(at, at + LETTERS))
  return btoa(text)
}
