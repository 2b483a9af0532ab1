"""The pages beside the dashboard have every text they use, in both languages alike."""

import json
import re

import pytest

from loadzone.core.change_filter import KINDS
from loadzone.dashboard.assets import FOLDER, read_assets
from loadzone.domain.model import Reason
from loadzone.i18n import LANGUAGES, has_text, texts
from loadzone.web.desk_pages import ADMIN

KEY = re.compile(r"""\bt\("([\w-]+)"|act\("([\w-]+)\"|"(admin-[\w-]+)\"""")
SCRIPTS = [path for path in sorted((FOLDER / "pages").glob("*.js")) if path.name != "form.js"]
FORMS = ("one", "few", "many", "other")
COLUMNS = (
    "told email role state since actions owner name scope expires used at what vm who end setting value origin"
)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_that_the_scripts_use_exists(lang: str) -> None:
    told = json.loads(read_assets().files[f"texts/pages-{lang}.json"].plain)
    used = {key for script in SCRIPTS for found in KEY.findall(script.read_text()) for key in found if key}
    used |= {f"admin-column-{name}" for name in COLUMNS.split()}
    used |= {f"admin-filter-{name}" for name in ("by", "user", "vm", "kind", "since", "until")}
    used |= {f"admin-did-{how}" for how in ("book", "renew", "cancelled", "expired", "forced", "vm_deleted")}
    used |= {f"admin-kind-{name}" for name in ("all", "bookings", "vms", "groups", "people", "tokens")}
    used |= {f"admin-told-{kind}" for kind in KINDS if kind != "booking_released"}
    used |= {f"admin-told-booking_released-{reason.value}" for reason in Reason}
    used |= {"admin-told-vms_moved-out", "admin-told-person_invited-anybody", "admin-told-more"}
    used |= {
        f"admin-import-{name}-column" for name in ("id", "group", "internal-ip", "external-ip", "tags", "note")
    }
    used |= {f"admin-{act}{end}" for act in ("make-user", "make-admin") for end in ("", "-about")}
    used |= {
        f"admin-analytics-{name}"
        for name in ("7d", "30d", "90d", "year", "all", "since", "until", "group", "user")
    }
    plural = {key for key in used if f"{key}-one" in told}
    used = (used - plural) | {f"{key}-{form}" for key in plural for form in FORMS}
    assert used <= set(told)


def test_every_kind_of_change_can_be_filtered() -> None:
    script = (FOLDER / "pages" / "audit.js").read_text()
    assert [kind for kind in KINDS if f'"{kind}"' not in script] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_has_a_name(lang: str) -> None:
    assert all(has_text(lang, f"admin-{page}") for page in ("account", "forbidden", *ADMIN))


def test_the_languages_have_the_same_texts_with_the_same_places() -> None:
    english, russian = (texts(lang, "admin-") for lang in LANGUAGES)
    assert set(english) == set(russian)
    for key, text in english.items():
        assert set(re.findall(r"\$\w+", text)) == set(re.findall(r"\$\w+", russian[key])), key
        assert text != russian[key], key
