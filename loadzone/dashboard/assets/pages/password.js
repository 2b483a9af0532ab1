// One's own password: whoever knows the current one takes another, and is the only one who stays logged in.

import {el} from "../app/dom.js"
import {button, CallDialog} from "./kit.js"

export async function showPassword(desk, place) {
  const {t} = desk
  if (desk.mode === "open") return
  place.id = "own-password"
  place.append(el("h2", {}, t("admin-password")), el("p", {class: "about"}, t("admin-own-password-about")),
    el("div", {class: "tools"}, button(t("admin-change-password"), () => desk.show(new PasswordDialog(desk)))))
}

class PasswordDialog extends CallDialog {
  constructor(desk) {
    const {t} = desk
    const secret = (autocomplete) => ({type: "password", autocomplete, maxlength: 2000})
    super(desk, {path: "/change-password", title: t("admin-change-password"), confirm: t("admin-change-password"),
      fields: [["current_password", t("admin-current-password"), secret("current-password")], ["password", t("admin-new-password"), secret("new-password")],
        ["again", t("admin-password-again"), secret("new-password")]],
      body: ({current_password: current, password}) => ({current_password: current, password}),
      after: () => desk.say(t("admin-own-password-done"))})
    // Tells a browser that keeps passwords whose these are.
    this.place.prepend(el("input", {type: "email", autocomplete: "username", value: desk.email, readonly: true, hidden: true}))
  }

  send() {
    if (this.value("password") === this.value("again")) return super.send()
    return {ok: false, fields: {again: this.desk.t("admin-passwords-differ")}}
  }
}
