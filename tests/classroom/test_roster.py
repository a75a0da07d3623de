"""Who is in a class: every name gets a folder and a seed of its own, or the roster is refused."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossfns.classroom.roster import RosterError, folder_name, read_roster, students
from lossfns.classroom.seeds import normal, seed

ODD = (
    "Zoë O'Brien",
    "Ω",
    '"Quote" Q.',
    "..",
    ".",
    "a/b",
    "a\\b",
    "a:b",
    "🐱",
    "con",
    "LPT1",
    "-rf",
    "~",
    "李 明",
    "नमिता",
    "می\u200cنا",
    "👩\u200d🎓",
    "x" * 500,
    "Ω" * 500,
    "ada@uni.example",
    "%s{0}$HOME",
)


def roster(*names):
    quoted = ('"' + name.replace('"', '""') + '"' for name in names)
    return students("\n".join(["student", *quoted]), "class.csv")


def test_odd_names_get_folders_that_every_system_takes():
    folders = [student.folder for student in roster(*ODD)]
    assert len({folder.casefold() for folder in folders}) == len(ODD)
    for folder in folders:
        assert not re.search(r'[/\\:*?"<>|.~\0-\x1f\u200c\u200d]|^[ -]|[ ]$', folder)
        assert len(folder.encode()) <= 80
        assert folder.casefold() not in ("con", "lpt1")


@settings(max_examples=30)
@given(st.lists(st.text(min_size=1), min_size=1, max_size=8))
def test_any_names_that_a_roster_takes_have_folders_of_their_own(names):
    taken = {}
    for name in names:
        name = " ".join(name.split())
        if name and name.isprintable():
            taken[normal(name)] = name
    folders = [folder_name(name) for name in taken.values()]
    assert len({folder.casefold() for folder in folders}) == len(taken)
    assert all(folder and "/" not in folder and not folder.startswith(".") for folder in folders)


@pytest.mark.parametrize("name", ["Zoë", "Ω", "李 明", "नमिता", "Anne-Marie 2"])
def test_a_name_of_letters_is_its_own_folder_in_every_script(name):
    assert folder_name(name) == name


def test_a_name_is_the_same_in_capitals_and_however_its_accents_are_encoded():
    assert seed("Zoe\u0308 K") == seed(" zoë  k ") != seed("zoe k")
    assert 1000 <= seed("ada") < 1_000_000


def test_a_late_student_changes_nobodys_numbers():
    assert [s.seed for s in roster("ada", "bob")] == [s.seed for s in roster("ada", "new", "bob")][
        ::2
    ]


@pytest.mark.parametrize("text", ["id;mail\nada;x\nbob;y\n", "mail\tid\nx\tada\ny\tbob\n"])
def test_a_roster_of_a_spreadsheet_is_read_with_its_byte_order_mark(tmp_path, text):
    path = tmp_path / "class.csv"
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert [student.name for student in read_roster(path)] == ["ada", "bob"]


REFUSED = [
    ("", "the roster is empty"),
    (" \n\n", "the roster is empty"),
    ("student\n", "nobody below it"),
    ("ada\nbob\n", "the first line must name the columns, one of them student or id or name"),
    ("student\nada\nbob\n ADA \n", "line 4: 'ADA' stands in line 2 too"),
    ("student,mail\nada,x\n,y\n", "line 3: no name"),
    ("student\nada\x07\n", "characters that can't be seen"),
    ('student\n"ada\n', "unexpected end of data"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_a_roster_that_cant_be_used_says_where_and_why(text, said):
    with pytest.raises(RosterError, match=r"class\.csv") as refused:
        students(text, "class.csv")
    assert said in str(refused.value)


def test_all_faults_of_a_roster_are_named_at_once():
    with pytest.raises(RosterError) as refused:
        students("student\nada\nada\nbob\nBOB\n", "class.csv")
    assert [line.partition(":")[0] for line in str(refused.value).splitlines()[1:]] == [
        "  line 3",
        "  line 5",
    ]


def test_a_roster_in_another_encoding_is_named_with_its_line(tmp_path):
    path = tmp_path / "class.csv"
    path.write_bytes("student\nada\nZoë\n".encode("latin-1"))
    with pytest.raises(RosterError, match="line 3: this is not UTF-8; save it as CSV UTF-8"):
        read_roster(path)


@pytest.mark.parametrize("name", ["", "  ", None, 7])
def test_nobody_has_no_seed(name):
    with pytest.raises(ValueError, match="student must be a name"):
        seed(name)
