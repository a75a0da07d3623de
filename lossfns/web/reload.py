"""Hot reload for whoever writes a component: with ``ANYWIDGET_HMR=1``, edit a script and see it.

anywidget reloads a script that is one file; ours is joined from several, so all of them are
watched. Without the variable nothing is.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from lossfns.web.join import STATIC, JoinError, widget_module

if TYPE_CHECKING:
    from lossfns.web.component import Component

PAUSE = 0.3  # seconds between two looks


def _times(folders: set[Path]) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for folder in folders for path in folder.glob("*.mjs")}


def follow(component: Component) -> None:
    """Give a live component its script anew after each edit, as long as it lives."""
    if os.environ.get("ANYWIDGET_HMR") != "1" or not component.component:
        return
    living = weakref.ref(component)
    folders = {STATIC, component._static}
    # Looked at before the thread starts: an edit made meanwhile would go unseen.
    thread = threading.Thread(target=_watch, args=(living, folders, _times(folders)), daemon=True)
    thread.start()


def _watch(living: weakref.ref[Component], folders: set[Path], seen: dict[Path, int]) -> None:
    while (component := living()) is not None:
        times = _times(folders)
        if times != seen:
            seen = times
            try:
                component._esm = widget_module(component.component, static=component._static)
            except (JoinError, OSError) as error:
                print(f"{component.component}: not reloaded: {error}")
        del component
        time.sleep(PAUSE)
