"""The site as one zip, the same bytes for the same files."""

import io
import zipfile
from datetime import UTC, datetime

# A host's own settings: on a disk nothing reads them.
LEFT_OUT = ("_headers", "vercel.json", "robots.txt", "sitemap.xml", "changes.xml")


def pack(files, *, folder, moment):
    """Zip files below one folder.

    Parameters
    ----------
    files : mapping of str to bytes
        Each by its path inside the folder.
    folder : str
        What unpacking makes.
    moment : int
        The time that every file is given, in seconds since 1970.

    Examples
    --------
    >>> one = pack({"b": b"2", "a/c": b"1"}, folder="site", moment=10**9)
    >>> one == pack({"a/c": b"1", "b": b"2"}, folder="site", moment=10**9)
    True
    >>> zipfile.ZipFile(io.BytesIO(one)).namelist()
    ['site/a/c', 'site/b']
    """
    time = datetime.fromtimestamp(moment, UTC).timetuple()[:6]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{path}", time)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # or the mode below is read as another system's
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[path])
    return packed.getvalue()


def site_files(site, without=()):
    """The files of a built site that a reader opens, each by its path."""
    found = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    return {
        name: path.read_bytes()
        for name, path in found.items()
        if name not in (*LEFT_OUT, *without) and not name.startswith(".")
    }
