// What all parts share: the fleet, the words, what is shown and chosen, and the ways to ask and to tell.

import {Cells} from "./cells.js"
import {Clock} from "./clock.js"
import {Dialogs} from "./dialogs.js"
import {Fleet} from "./fleet.js"
import {Rows} from "./rows.js"
import {Selection} from "./selection.js"
import {Toasts} from "./toasts.js"

// What a page brings itself. A cell that may vanish, and that has no server at its address, brings something else.
const OF_A_PAGE = {
  every: (milliseconds, act) => { setInterval(act, milliseconds) },
  records: async (query) => (await import("./ledger.js")).fetchRecords(query),
}

// `View` is the kind of the view state.
export function makeDesk(boot, words, commands, host, View, {every, records} = OF_A_PAGE) {
  const fleet = new Fleet(boot.email, new Clock(boot.now))
  const made = {boot, words, commands, fleet, every, records, t: (key, data) => words.t(key, data), view: new View(fleet), selection: new Selection()}
  made.cells = new Cells(made)
  made.rows = new Rows(made, made.cells)
  made.toasts = new Toasts(host, words, fleet)
  made.dialogs = new Dialogs(made, host)
  made.act = (kind, target) => (boot.email == null && made.logIn ? made.logIn(kind, target) : made.dialogs.show(kind, target))
  made.empty = (role) => made.stage.empty(role)
  return made
}

// A VM's details are fetched when first asked for.
export function watchDetails(made, host) {
  let details = null
  const look = async () => {
    if (made.view.vm == null && details == null) return
    details ??= import("./details.js").then(({Details}) => new Details(made, host))
    void (await details).look()
  }
  made.view.addEventListener("change", look)
  void look()
}
