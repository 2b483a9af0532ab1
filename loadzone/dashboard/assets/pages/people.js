// People: who may log in, as whom; adding, inviting, disabling, new passwords.

import {el} from "../app/dom.js"
import {button, CallDialog, copyFrom, SecretDialog, table} from "./kit.js"

const ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"

export async function showPeople(desk, place) {
  const {t} = desk
  if (desk.mode === "open") {
    place.append(el("p", {class: "note"}, t("admin-people-open")))
    return
  }
  const list = el("div", {})
  const draw = async () => list.replaceChildren(await people(desk, draw))
  place.append(el("div", {class: "tools"}, button(t("admin-add-person"), () => desk.show(adding(desk, draw)), {class: "primary"}),
    desk.registration === "closed" ? null : button(t("admin-invite"), () => desk.show(inviting(desk))) ?? ""), list)
  await draw()
}

async function people(desk, draw) {
  const {t} = desk
  const answer = await desk.call("/users")
  if (!answer.ok) return el("p", {class: "problem", role: "alert"}, answer.message)
  const columns = ["email", "role", "state", "since", "actions"].map((name) => t(`admin-column-${name}`))
  const able = answer.data.filter(isAble)
  const waiting = [...answer.data].sort((one, other) => other.pending - one.pending)
  const rows = waiting.map((person) => ({class: person.disabled ? "off" : null, cells: [desk.personLink(person.email), t(`role-${person.role}`),
    t(person.disabled ? "admin-person-disabled" : person.pending ? "admin-person-waits" : person.has_password ? "admin-person-active" : "admin-person-no-password"),
    desk.day(person.created), el("div", {class: "acts"}, ...actsOf(desk, person, draw, able.length === 1 && able[0] === person))]}))
  return table(t("admin-people"), columns, rows, "")
}

// Whether somebody is an administrator who can log in. The service keeps at least one.
function isAble({role, disabled, pending, has_password: complete}) {
  return role === "admin" && !disabled && !pending && complete
}

// What may be done with a person. What the last administrator must not lose is shown, and says why it cannot be done.
function actsOf(desk, person, draw, last) {
  const {t} = desk
  const role = person.role === "admin" ? "user" : "admin"
  const named = (text) => ({"aria-label": `${text}: ${person.email}`})
  const act = (key, dialog) => button(t(key), () => desk.show(dialog()), named(t(key)))
  const losing = (key, dialog) => last ? button(t(key), () => {}, {...named(t(key)), "aria-disabled": "true", title: t("admin-last")}) : act(key, dialog)
  if (person.pending) {
    return ["approve", "refuse"].map((what) => act(`admin-${what}`, () => sure(desk, person, draw, `admin-${what}`, {}, `admin-${what}-about`, `/${what}-user`)))
  }
  return [
    losing(`admin-make-${role}`, () => sure(desk, person, draw, `admin-make-${role}`, {role}, `admin-make-${role}-about`)),
    act("admin-reset", () => resetting(desk, person, draw)),
    person.disabled ? act("admin-enable", () => sure(desk, person, draw, "admin-enable", {disabled: false}, "admin-enable-about"))
      : losing("admin-disable", () => sure(desk, person, draw, "admin-disable", {disabled: true}, "admin-disable-about")),
  ]
}

function roles({t}) {
  return {tag: "select", options: ["user", "admin"].map((role) => [role, t(`role-${role}`), role === "user"])}
}

function adding(desk, draw) {
  const {t} = desk
  return new CallDialog(desk, {path: "/add-user", title: t("admin-add-person"), confirm: t("admin-add"), beside: {person_exists: "email"},
    fields: [["email", t("admin-column-email"), {inputmode: "email", maxlength: 300}], ["role", t("admin-column-role"), roles(desk)],
      ["password", t("admin-password"), {hint: t("admin-password-hint"), maxlength: 2000}]],
    body: ({email, role, password}) => ({email, role, password: password === "" ? null : password}),
    after: (person) => {
      draw()
      if (person.has_password) desk.say(t("admin-person-added", {email: person.email}))
      else {
        desk.say(t("admin-person-added-no-password", {email: person.email}))
        desk.show(resetting(desk, person, draw, "admin-person-added-next"))
      }
    }})
}

function inviting(desk) {
  const {t} = desk
  return new CallDialog(desk, {path: "/invite", title: t("admin-invite"), confirm: t("admin-make-link"),
    fields: [["email", t("admin-column-email"), {hint: t("admin-invite-hint"), inputmode: "email", maxlength: 300}], ["role", t("admin-column-role"), roles(desk)]],
    body: ({email, role}) => ({email: email.trim() || null, role}),
    after: ({key}) => desk.show(new SecretDialog(desk, {title: t("admin-invite-link"), about: t("admin-invite-about"),
      secret: `${location.origin}/register?invite=${encodeURIComponent(key)}`}))})
}

// Another password, made at random, which can be copied before it is saved.
function resetting(desk, person, draw, about = "admin-reset-about") {
  const {t} = desk
  const password = [...crypto.getRandomValues(new Uint32Array(16))].map((number) => ALPHABET[number % ALPHABET.length]).join("")
  const dialog = new CallDialog(desk, {path: "/edit-user", title: t("admin-reset-title", {email: person.email}), confirm: t("save"), about: t(about, {email: person.email}),
    fields: [["password", t("admin-new-password"), {value: password, maxlength: 2000, spellcheck: "false"}]],
    body: (values) => ({email: person.email, password: values.password}),
    after: () => {
      desk.say(t("admin-reset-done", {email: person.email}))
      draw()
    }})
  dialog.place.append(el("div", {class: "acts"}, button(t("admin-copy"), () => copyFrom(dialog, "password"))))
  return dialog
}

function sure(desk, person, draw, key, change, about, path = "/edit-user") {
  const {t} = desk
  return new CallDialog(desk, {path, title: `${t(key)}: ${person.email}`, confirm: t(key), about: t(about), danger: change.disabled === true || path === "/refuse-user",
    body: () => ({email: person.email, ...change}),
    after: () => {
      desk.say(t("admin-person-changed", {email: person.email}))
      draw()
    }})
}
