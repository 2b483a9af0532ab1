// API tokens: one's own, or on the page for administrators everybody's.

import {el} from "../app/dom.js"
import {button, CallDialog, SecretDialog, table} from "./kit.js"

export async function showTokens(desk, place) {
  const {t} = desk
  const all = desk.page === "tokens"
  const list = el("div", {})
  const draw = async () => list.replaceChildren(await tokens(desk, all, draw))
  place.append(...all ? [] : [el("h2", {}, t("admin-own-tokens"))], el("p", {class: "about"}, t("admin-tokens-about")),
    el("div", {class: "tools"}, button(t("admin-add-token"), () => desk.show(adding(desk, all, draw)), {class: "primary"})), list)
  await draw()
}

async function tokens(desk, all, draw) {
  const {t} = desk
  const answer = await desk.call("/tokens")
  if (!answer.ok) return el("p", {class: "problem", role: "alert"}, answer.message)
  const shown = answer.data.filter(({email}) => all || email === desk.email)
  const columns = [...all ? ["owner"] : [], "name", "scope", "since", "expires", "used", "actions"].map((name) => t(`admin-column-${name}`))
  const rows = shown.map((token) => ({cells: [...all ? [token.email] : [], token.name, t(`admin-scope-${token.scope}`), desk.day(token.created),
    desk.day(token.expires) || t("admin-never"), desk.day(token.used) || t("admin-not-yet"),
    button(t("admin-revoke"), () => desk.show(revoking(desk, token, draw)), {"aria-label": `${t("admin-revoke")}: ${token.name}`})]}))
  return table(t("admin-tokens"), columns, rows, t("admin-no-tokens"))
}

function adding(desk, all, draw) {
  const {t} = desk
  const scopes = ["read", "write"].map((scope) => [scope, t(`admin-scope-${scope}`), scope === "read"])
  return new CallDialog(desk, {path: "/add-token", title: t("admin-add-token"), confirm: t("admin-make-token"), beside: {person_not_found: "email"},
    fields: [["name", t("admin-column-name"), {hint: t("admin-token-name-hint"), maxlength: 200}], ["scope", t("admin-column-scope"), {tag: "select", options: scopes}],
      ["days", t("admin-days"), {value: "90", inputmode: "numeric", maxlength: 10, hint: t("admin-days-hint")}],
      ...all ? [["email", t("admin-column-owner"), {value: desk.email, inputmode: "email", maxlength: 300}]] : []],
    // What is no whole number travels as it was typed, to be refused beside its field.
    body: ({days, ...values}) => ({...values, days: /^\s*\d+\s*$/.test(days) ? Number(days) : days}),
    after: ({secret}) => {
      desk.show(new SecretDialog(desk, {title: t("admin-token-made"), about: t("admin-token-once"), secret}))
      draw()
    }})
}

function revoking(desk, token, draw) {
  const {t} = desk
  return new CallDialog(desk, {path: "/revoke-token", title: t("admin-revoke-title", {name: token.name}), confirm: t("admin-revoke"), danger: true,
    about: t("admin-revoke-about"), body: () => ({id: token.id}),
    after: () => {
      desk.say(t("admin-revoked", {name: token.name}))
      draw()
    }})
}
