"""ES modules become one text, without a bundler."""

import gzip
import re

import pytest

from lossfns.explorers import EXPLORERS, site_script
from lossfns.explorers.explorer import STATIC
from lossfns.web.join import STATIC as SHARED
from lossfns.web.join import JoinError, join
from tests.node import node


def module(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")


def test_modules_are_joined_dependencies_first_and_once(tmp_path):
    module(tmp_path, "a.mjs", "const a = 1;\n\nexport { a };\n")
    module(tmp_path, "b.mjs", 'import { a } from "./a.mjs";\nconst b = a + 1;\n\nexport { b };\n')
    module(
        tmp_path,
        "c.mjs",
        '// Both.\nimport { a } from "./a.mjs";\nimport { b } from "./b.mjs";\n'
        "const c = a + b;\n\nexport { c };\n",
    )
    joined = join(["c.mjs", "b.mjs"], static=tmp_path)
    assert joined == "const a = 1;\nconst b = a + 1;\nconst c = a + b;\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("const a = 1;\n", r"x\.mjs:1: the last statement must be the one export.*const a = 1;"),
        ("export const a = 1;\n", r"x\.mjs:1: the last statement must be the one export"),
        ("export const a = 1;\nexport { a };\n", r"x\.mjs:1: only the last line may export"),
        ('const a = 1;\nimport { b } from "./b.mjs";\nexport { a };\n', r"x\.mjs:2: an import"),
        ('import b from "./b.mjs";\nexport { b };\n', r"x\.mjs:1: an import must stand on top"),
        ('import { b } from "b";\nexport { b };\n', r"x\.mjs:1: an import must stand on top"),
        ('import { no } from "./b.mjs";\nexport { no };\n', r"x\.mjs: b\.mjs does not export no"),
        ('import { z } from "./z.mjs";\nexport { z };\n', r"z\.mjs: no such module"),
        ('import { b } from "./b.mjs";\nfunction taken() {}\nexport { b };\n', r"name taken is"),
        ("const a = `one\ntwo`;\nexport { a };\n", r"x\.mjs:1: a template may not span lines"),
        ("const a = 1; // one\nexport { a };\n", r"x\.mjs:1: a comment needs a line of its own"),
        ('import { y } from "./x.mjs";\nexport { y };\n', r"circle: x\.mjs → x\.mjs"),
    ],
)
def test_a_module_that_breaks_the_house_rule_is_named(tmp_path, text, message):
    module(tmp_path, "b.mjs", "const taken = 0;\nconst b = 1;\nexport { b };\n")
    module(tmp_path, "x.mjs", text)
    with pytest.raises(JoinError, match=message):
        join(["x.mjs"], static=tmp_path)


def test_the_site_script_is_classic_and_small():
    script = site_script()
    assert not re.search(r"^\s*(import|export)\b", script, flags=re.MULTILINE)
    # As a host sends it: two more explorers fit before a page grows heavy.
    assert len(gzip.compress(script.encode())) < 24_000
    assert "http" not in script.replace("http://www.w3.org/2000/svg", "")


def test_the_site_script_parses(tmp_path):
    path = tmp_path / "explorers.js"
    path.write_text(site_script(), encoding="utf-8")
    node("--check", path)


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda cls: cls.component)
def test_a_widget_module_has_one_export_named_default(tmp_path, explorer):
    text = explorer._esm
    assert re.findall(r"^(?:import|export).*", text, flags=re.MULTILINE) == [
        f"export default {{ render: {explorer.component}.render }};"
    ]
    path = tmp_path / "widget.mjs"
    path.write_text(text, encoding="utf-8")
    node("--check", path)


def test_every_module_belongs_to_an_explorer_or_to_the_site():
    joined = site_script()
    for path in (*STATIC.glob("*.mjs"), *SHARED.glob("*.mjs")):
        text = path.read_text(encoding="utf-8")
        assert text.startswith("// "), f"{path.name} does not say what it is for"
        code = re.sub(r"^(import|export) \{[^;]*;$", "", text, flags=re.MULTILINE)
        body = [line.strip() for line in code.split("\n") if not line.startswith("//")]
        begin = "".join([line for line in body if line][:4])
        assert begin in joined.replace("\n", ""), f"{path.name} is in no script"


def test_names_taken_apart_on_one_line_count_too(tmp_path):
    module(tmp_path, "a.mjs", "const [LOW, HIGH] = [0, 1];\n\nexport { HIGH };\n")
    module(
        tmp_path,
        "b.mjs",
        'import { HIGH } from "./a.mjs";\n\nconst { LOW } = { LOW: HIGH };\n\nexport { LOW };\n',
    )
    with pytest.raises(JoinError, match=r"b\.mjs: the top-level name LOW is taken by a\.mjs"):
        join(["b.mjs"], static=tmp_path)
