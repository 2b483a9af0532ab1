// What a dialog was filled in with, as a call of the API: its path and body. Values that only the page can read are
// read here; everything else is judged by the server.

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i

const WISHES = {
  book: ({vm_id, hours, purpose = ""}) => ["/book", {vm_id, hours: hoursOf(hours), purpose}],
  renew: ({vm_id, hours}) => ["/renew", {vm_id, hours: hoursOf(hours)}],
  release: ({vm_id}) => ["/cancel", {vm_id}],
  add_vm: ({id, tags, ...details}) => ["/add-vm", {id: needed("id", id.trim()), tags: tags.split(","), ...details}],
  edit_vm: ({tags, ...changed}) => ["/edit-vm", tags == null ? changed : {tags: tags.split(","), ...changed}],
  delete_vm: ({vm_id, force}) => ["/delete-vm", {vm_id, force}],
  add_group: ({name, vm_ids}) => ["/groups", {name, vm_ids}],
  add_to_group: ({group_id, vm_ids}) => [`/groups/${group_id}/add-existing-vms`, {vm_ids: needed("vm_ids", vm_ids)}],
  remove_from_group: ({vm_id, group_id}) => ["/remove-vm-from-group", {vm_id, group_id}],
  rename_group: ({group_id, name}) => ["/rename-group", {group_id, name}],
  delete_group: ({group_id}) => ["/delete-group", {group_id}],
}

class Wrong extends Error {
  constructor(field, text) {
    super(text)
    this.field = field
  }
}

// `{path, body}`, or `{field, text}`: the field that cannot be read, and the key of the text that says why.
export function wish(kind, typed) {
  try {
    const [path, body] = WISHES[kind](typed)
    return {path, body}
  } catch (wrong) {
    if (!(wrong instanceof Wrong)) throw wrong
    return {field: wrong.field, text: wrong.message}
  }
}

function needed(field, value) {
  if (value.length === 0) throw new Wrong(field, "required")
  return value
}

// The number that a person typed, with a decimal point or comma.
function hoursOf(typed) {
  const text = needed("hours", typed.trim()).replace(",", ".")
  const hours = NUMBER.test(text) ? Number(text) : Infinity
  if (!Number.isFinite(hours)) throw new Wrong("hours", "not-hours")
  return hours
}
