// CSV as RFC 4180 has it: fields in quotes may hold commas, lines and doubled quotes. A spreadsheet may write semicolons
// or tabs between them, as the country has it; what parts the names in the first line parts all.

function separatorOf(text) {
  const [names] = text.split("\n", 1)
  return [",", ";", "\t"].find((each) => names.includes(each)) ?? ","
}

export function parseCSV(text) {
  const [rows, state] = [[], {field: "", row: [], quoted: false, line: 1, start: 1}]
  const endField = () => {
    state.row.push(state.field)
    state.field = ""
  }
  const endRow = () => {
    endField()
    if (state.row.length > 1 || state.row[0].trim() !== "") rows.push({line: state.start, fields: state.row.map((field) => field.trim())})
    state.row = []
    state.start = state.line
  }
  const clean = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n")
  const separator = separatorOf(clean)
  for (let at = 0; at < clean.length; at += 1) {
    const letter = clean[at]
    if (letter === "\n") state.line += 1
    if (state.quoted) {
      if (letter !== '"') state.field += letter
      else if (clean[at + 1] === '"') state.field += clean[(at += 1)]
      else state.quoted = false
    } else if (letter === '"' && state.field.trim() === "") state.quoted = true
    else if (letter === separator) endField()
    else if (letter === "\n") endRow()
    else state.field += letter
  }
  if (state.field !== "" || state.row.length > 0) endRow()
  return {rows, unfinished: state.quoted}
}
