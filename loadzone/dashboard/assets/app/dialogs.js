// Which dialogs there are, and the one that is open. A dialog is named by what it asks for; its target is a VM, a
// group, several VMs, or nothing.

import {BookDialog, ReleaseDialog, RenewDialog} from "./dialogs-booking.js"
import {AddGroupDialog, AddToGroupDialog, DeleteGroupDialog, RemoveFromGroupDialog, RenameGroupDialog} from "./dialogs-group.js"
import {BookManyDialog, DeleteManyDialog, MoveManyDialog, ReleaseManyDialog} from "./dialogs-many.js"
import {AddVMDialog, DeleteVMDialog, EditVMDialog} from "./dialogs-vm.js"
import {focused} from "./dom.js"
import {offerUndo, undoable} from "./undo.js"

const DRAFT = "loadzone-draft"
const KINDS = {
  book: BookDialog, renew: RenewDialog, release: ReleaseDialog,
  add_vm: AddVMDialog, edit_vm: EditVMDialog, delete_vm: DeleteVMDialog,
  add_group: AddGroupDialog, add_to_group: AddToGroupDialog, remove_from_group: RemoveFromGroupDialog,
  rename_group: RenameGroupDialog, delete_group: DeleteGroupDialog,
  book_many: BookManyDialog, release_many: ReleaseManyDialog, move_many: MoveManyDialog, delete_many: DeleteManyDialog,
}

export class Dialogs {
  constructor(desk, host) {
    Object.assign(this, {desk, host, open: null})
    for (const type of ["change", "load"]) desk.fleet.addEventListener(type, () => this.refresh())
    desk.every(1000, () => this.refresh())
  }

  // Offer undo for VMs that were released, as they were before.
  released(before) {
    const own = before.filter((vm) => undoable(this.desk, vm))
    if (own.length > 0) offerUndo(this.desk, own)
  }

  refresh() {
    if (this.open && !this.open.busy) this.open.refresh()
  }

  // Open the dialog `kind` on a VM or a group (or its id), on ids of VMs, or on nothing.
  show(kind, target = null, typed = {}) {
    if (this.open) return
    const id = target?.id ?? target
    const dialog = KINDS[kind].on(this.desk, id, typed)
    if (dialog == null) return
    const back = focused()
    this.open = Object.assign(dialog, {kind, target: id})
    dialog.element.addEventListener("close", () => {
      dialog.element.remove()
      this.open = null
      if (back?.isConnected && back.matches(":enabled, a, [tabindex]")) back.focus()
      if (focused() !== back) this.desk.table?.focusRow?.(Array.isArray(id) ? id[0] : String(id))
    })
    dialog.refresh()
    this.host.append(dialog.element)
    dialog.element.showModal()
    dialog.begin()
  }

  // A page that must load itself again keeps what stands in its dialog, for the same person.
  keep() {
    if (this.open) sessionStorage.setItem(DRAFT, JSON.stringify({...this.open.draft(), email: this.desk.boot.email}))
  }

  restore() {
    const draft = JSON.parse(sessionStorage.getItem(DRAFT) ?? "null")
    sessionStorage.removeItem(DRAFT)
    if (draft?.email === this.desk.boot.email && draft.kind in KINDS) this.show(draft.kind, draft.target, draft.typed)
  }
}
