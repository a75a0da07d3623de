"""What the pages ask of a browser: what every current one had at the end of 2023.

Biome holds the styles to the same year (`useBaseline` in `biome.json`).
"""

import re

import pytest

from sitebuild.paths import BOOK, ROOT

SCRIPTS = sorted(
    path
    for folder in (ROOT / "lossfns", ROOT / "sitebuild" / "static", BOOK / "_static")
    for path in folder.rglob("*.*js")
)
# What became available in all of them later, as MDN's Baseline tells.
NEWER = re.compile(
    r"(?:Map|Object)\.groupBy|Promise\.(?:withResolvers|try)|Array\.fromAsync|RegExp\.escape"
    r"|AbortSignal\.(?:any|timeout)|Intl\.(?:Segmenter|DurationFormat)|URL\.parse|URLPattern"
    r"|Iterator\.|Float16Array|\bf16round|Math\.sumPrecise|Error\.isError|JSON\.rawJSON|Temporal\."
    r"|\.(?:union|intersection|difference|symmetricDifference|isSubsetOf|isSupersetOf"
    r"|isDisjointFrom)\(|\.(?:toBase64|toHex|fromBase64|fromHex|transferToFixedLength)\("
    r"|\.(?:checkVisibility|showPopover|togglePopover|setHTMLUnsafe|getHTML|moveBefore)\("
    r"|startViewTransition|requestIdleCallback|scheduler\.(?:yield|postTask)|CloseWatcher"
    r"|\"scrollend\"|\blight-dark\(|\(\?[ims]*-[ims]+:|^\s*(?:await )?using \w+ =",
    re.M,
)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_browser_of_2023_has_what_a_script_calls(path):
    assert NEWER.findall(path.read_text(encoding="utf-8")) == []


def test_what_is_newer_would_be_seen():
    script = "const a = Map.groupBy(b, c);\nx.union(y);\nusing z = w;\n"
    assert len(NEWER.findall(script)) == 3
