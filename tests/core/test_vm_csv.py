"""A list of VMs is read as spreadsheets of any country write it, and what is wrong has its line and column."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.core.vm_csv import new_groups, read, tags
from loadzone.domain.errors import FieldError, InvalidInput
from loadzone.domain.model import Group
from loadzone.domain.wishes import AddVM

ONE = AddVM(id="a-1", group="GPU", internal_ip="10.0.0.1", tags=("x", "y"), note="one, two")
PLAIN = 'id,group,internal_ip,tags,note\na-1,GPU,10.0.0.1,x;y,"one, two"\n'
SEMICOLONS = 'ID;Group;Internal IP;Tags;Note\r\na-1;GPU;10.0.0.1;"x;y";one, two\r\n'


def vms(content: bytes | str) -> list[AddVM]:
    sheet = read(content if isinstance(content, bytes) else content.encode())
    assert sheet.faults == ()
    return list(sheet.wish(create_groups=False).vms)


def faults(content: bytes | str) -> list[tuple[str, str]]:
    return [
        (each.field, each.code)
        for each in read(content if isinstance(content, bytes) else content.encode()).faults
    ]


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        b"\xfe\xff" + PLAIN.encode("utf-16-be"),
        "\n\n" + PLAIN + "\n \n,,,,\n",
        PLAIN.rstrip("\n"),
        PLAIN.replace("id,group", " Id , GROUP ").replace("internal_ip", "Internal-IP"),
        PLAIN.replace('"one, two"', '  "one, two" '),
        PLAIN.replace("a-1,GPU", '"a-1", "GPU"').replace("x;y", '"x, y"'),
        PLAIN.replace("\na-1", "\n\u00a0a-1\u00a0"),
        PLAIN.replace("note\n", "note,,\n").replace('two"\n', 'two",,\n'),
        SEMICOLONS,
        "sep=;\r\n" + SEMICOLONS,
        '"sep=;"\n' + SEMICOLONS + ";;;;\r\n;;;;;;;\r\n",
        ("\ufeffSEP=;\r\n" + SEMICOLONS).encode(),
        PLAIN.replace(",", "\t").replace("one\t", "one,"),
    ],
    ids=str,
)
def test_what_spreadsheets_write_is_one_list(content: bytes | str) -> None:
    assert vms(content) == [ONE]


def test_a_cell_keeps_its_lines_quotes_and_separators() -> None:
    """A quote inside a cell that does not begin with one is a letter."""
    content = 'id,note,tags\r\na,"1\r\n""2"", ;\r3",\r\nb,19" rack; x,"p;q, r"\r\n'
    first, second = vms(content)
    assert first.note == '1\n"2", ;\n3'
    assert (second.note, second.tags) == ('19" rack; x', ("p", "q", "r"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", [("lines[1]", "csv_no_id")]),
        ("\n\nname;group\nx;y\n", [("lines[3]", "csv_no_id")]),
        ("id,color\nx,red\n", [("lines[1]", "csv_column")]),
        ("sep=;\nid;ID\nx;y\n", [("lines[2]", "csv_column")]),
        ('id,note\nx,a\ny,"open\nz,\n', [("lines[3]", "csv_unclosed")]),
        ('id,note\nx,"a"b\n', [("lines[2]", "csv_after_quote")]),
        ('id,note\nx,"a\nb"\ny,,more\nz,,\n', [("lines[4]", "csv_too_many_fields")]),
        (b"id,note\na,b\nb,\xff\n", [("lines[3]", "csv_not_utf8")]),
        (b"id,note\na,b\nb,\xe7\xe0\xef\n", [("lines[3]", "csv_not_utf8")]),
        (b"\xff\xfei\x00d\x00\n", [("lines[1]", "csv_not_utf8")]),
    ],
)
def test_what_is_wrong_with_the_form_is_told_with_its_line(
    content: bytes | str, expected: list[tuple[str, str]]
) -> None:
    assert faults(content) == expected


def test_what_is_wrong_with_a_vm_is_told_at_its_line_and_column() -> None:
    sheet = read(b'id,group,note\na,,"1\n2"\nb,GPU,\n\nc,,\n')
    refused = InvalidInput(
        FieldError("vms[0].note", "too_long"),
        FieldError("vms[1].group", "group_unknown"),
        FieldError("vms[2]", "vm_exists"),
    )
    located = [each.field for each in sheet.located(refused).fields]
    assert located == ["lines[2].note", "lines[4].group", "lines[6].id"]


def test_groups_that_do_not_exist_are_named_once() -> None:
    sheet = read("id,group\na,gpu\nb,LAB\nc,Lab\nd,7\ne,\nf, New\u00a0One\n".encode())
    assert new_groups(sheet.rows, [Group(id=1, name="GPU")]) == ["LAB", "New\u00a0One"]


def test_many_quotes_that_are_never_closed_cost_no_more_than_one() -> None:
    """The text ends being read at the first of them."""
    assert faults("id,note\n" + 'a,"\n"b,""' * 100_001) == [("lines[2]", "csv_after_quote")]
    assert faults('id,note\na,"' + '""' * 1_000_000)[0][1] == "csv_unclosed"


letters = st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"])
cells = st.text(letters, max_size=12)
SPACES = "\t\n \u00a0\u1680\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))


@given(
    st.lists(st.tuples(cells, cells, st.lists(cells, max_size=3)), max_size=8),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.booleans(),
)
def test_what_a_csv_writer_writes_is_read_as_it_was_but_for_blanks_at_the_ends(
    rows: list[tuple[str, str, list[str]]], separator: str, line_end: str, encoding: str, told: bool
) -> None:
    text = io.StringIO(newline="")
    if told:
        text.write(f"sep={separator}{line_end}")
    writer = csv.writer(text, delimiter=separator, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerow(("Note", "ID", "tags"))
    for note, vm_id, each in rows:
        writer.writerow((note, vm_id, ";".join(each)))

    def kept(cell: str) -> str:
        return (
            cell.replace("\r\n", "\n")
            .replace("\r", "\n")
            .replace("\u2028", "\n")
            .replace("\u2029", "\n")
            .strip(SPACES)
        )

    expected = [
        (kept(note), kept(vm_id), kept(";".join(each)))
        for note, vm_id, each in rows
        if any(map(kept, (note, vm_id, ";".join(each))))
    ]
    found = read(text.getvalue().encode(encoding))
    assert found.faults == ()
    assert [(row.cells["note"], row.cells["id"], row.cells["tags"]) for row in found.rows] == expected


@given(st.binary(max_size=200) | st.text('id,;"\n\r\t= sep', max_size=60).map(str.encode))
def test_whatever_comes_is_read_or_refused(content: bytes) -> None:
    sheet = read(content)
    assert all(each.field.startswith("lines[") for each in sheet.faults)
    sheet.wish(create_groups=True)


def test_tags_have_semicolons_commas_or_lines_between_them() -> None:
    assert tags("a; b,c\nd ;;") == ("a", "b", "c", "d")
