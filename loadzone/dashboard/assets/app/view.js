// Which part of the fleet is shown. It stands in the address, so that it can be shared and survives a reload.

const VIEWS = ["all", "free", "mine"]

export class View extends EventTarget {
  constructor() {
    super()
    this.read()
    addEventListener("popstate", () => {
      this.read()
      this.dispatchEvent(new Event("change"))
    })
  }

  read() {
    const query = new URLSearchParams(location.search)
    const group = Number.parseInt(query.get("group") ?? "", 10)
    this.group = Number.isNaN(group) ? null : group
    this.name = VIEWS.includes(query.get("view")) ? query.get("view") : "all"
    this.search = query.get("q") ?? ""
  }

  // Choose a view or a group: a step that the browser's Back undoes.
  choose({name = "all", group = null}) {
    if (name === this.name && group === this.group) return
    Object.assign(this, {name, group})
    history.pushState(null, "", this.address())
    this.dispatchEvent(new Event("change"))
  }

  find(search) {
    this.search = search
    history.replaceState(null, "", this.address())
    this.dispatchEvent(new Event("change"))
  }

  address() {
    const query = new URLSearchParams()
    if (this.name !== "all") query.set("view", this.name)
    if (this.group != null) query.set("group", this.group)
    if (this.search) query.set("q", this.search)
    return query.size > 0 ? `?${query}` : location.pathname
  }

  // Whether a row of the table belongs to what is shown; every word searched for must be found.
  shows(row) {
    if (this.group != null && row.group_id !== this.group) return false
    if (this.name !== "all" && row.state !== this.name) return false
    return this.search.toLowerCase().split(/\s+/).every((word) => row.searched.includes(word))
  }
}
