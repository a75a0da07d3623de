"""What a search engine, a shared link and a lost reader find.

The site's address is one setting (`html_baseurl`, or the environment's COURSE_SITE). Without it,
nothing that needs an address is written.
"""

import json
import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

from lossfns.quiz import load_bank
from sitebuild import api

LOST = "404"
QUIZZES = ("08_recall", "review", "interview", "questions")
# Ways to a page, not pages of the course.
WAYS = (LOST, "search")
SCHEMA = "https://schema.org"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
RELEASE = re.compile(
    r"^## (?P<version>[\d.]+), (?P<date>[\d-]+)\n(?P<text>.*?)(?=^## |\Z)", re.M | re.S
)


def descriptions():
    """A sentence or two for each page, by its name."""
    path = Path(__file__).parents[1] / "descriptions.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) | api.descriptions()


def plain(title):
    """A title without markup."""
    return re.sub(r"<[^>]+>", "", title)


def address(app, pagename):
    """A page's own address, or "" where the site has none; the landing page's is the site's."""
    base = app.config.html_baseurl
    place = "" if pagename == app.config.root_doc else app.builder.get_target_uri(pagename)
    return base and base + place


def described(kind, name, url, **more):
    """A schema.org object of which nothing is empty."""
    parts = {"@type": kind, "name": plain(name), "url": url, "inLanguage": "en", **more}
    return {key: value for key, value in parts.items() if value}


def structured(app, pagename, context):
    """What the page is, for machines: a course, or a part of it and the way to it."""
    course = described(
        "Course",
        app.config.html_title,
        address(app, app.config.root_doc),
        description=descriptions()[app.config.root_doc],
        license=LICENCE,
        isAccessibleForFree=True,
        provider={"@type": "Organization", "name": app.config.author},
    )
    if pagename == app.config.root_doc:
        return [course]
    kind = "Quiz" if pagename in QUIZZES else "LearningResource"
    teaches = [
        promise.text for promise in load_bank().objectives.values() if promise.chapter == pagename
    ]
    part = {key: course[key] for key in ("@type", "name", "url") if key in course}
    page = described(
        kind,
        context["title"],
        address(app, pagename),
        description=context["course_description"],
        license=LICENCE,
        isAccessibleForFree=True,
        teaches=teaches,
        isPartOf=part,
    )
    way = [(app.config.html_title, app.config.root_doc)]
    way += [(parent["title"], parent["name"]) for parent in context["course_parents"]]
    way.append((context["title"], pagename))
    steps = [
        {"@type": "ListItem", "position": place, "name": plain(title)}
        | ({"item": address(app, name)} if app.config.html_baseurl else {})
        for place, (title, name) in enumerate(way, 1)
    ]
    return [page, {"@type": "BreadcrumbList", "itemListElement": steps}]


def parents(app, pagename):
    """The pages above a page in the contents, from the top, without the landing page."""
    found, relations = [], app.env.collect_relations()
    name = relations.get(pagename, [None])[0]
    while name and name != app.config.root_doc:
        found.insert(0, {"name": name, "title": app.env.titles[name].astext()})
        name = relations[name][0]
    return found


def add_page_context(app, pagename, templatename, context, doctree):
    """Name what the head of the page says of it."""
    context["course_description"] = descriptions().get(pagename, "")
    context["course_address"] = address(app, pagename)
    # Sphinx keeps its own setting from the templates.
    context["course_site"] = app.config.html_baseurl
    # A host shows the page for lost readers at any depth, so its links start from the site's root.
    context["course_root"] = urlsplit(app.config.html_baseurl).path if pagename == LOST else ""
    context["course_parents"] = parents(app, pagename)
    if context["course_description"] and pagename not in WAYS:
        graph = {"@context": SCHEMA, "@graph": structured(app, pagename, context)}
        context["course_structured"] = json.dumps(graph, ensure_ascii=False).replace("</", "<\\/")


def lost_page(app):
    """The page that a host shows where there is none."""
    yield LOST, {"title": "Nothing here"}, f"{LOST}.html"


def write_xml(path, root):
    tree = ElementTree.ElementTree(root)
    ElementTree.indent(tree)
    tree.write(path, encoding="utf-8", xml_declaration=True)


def sitemap(app):
    root = ElementTree.Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
    for name in sorted(app.env.titles):
        place = ElementTree.SubElement(root, "url")
        ElementTree.SubElement(place, "loc").text = address(app, name)
    return root


def feed(app, changelog):
    """The releases that have a date, as an Atom feed."""
    base = app.config.html_baseurl
    root = ElementTree.Element("feed", xmlns="http://www.w3.org/2005/Atom")
    releases = [match.groupdict() for match in RELEASE.finditer(changelog)]

    def add(parent, name, text="", **attributes):
        ElementTree.SubElement(parent, name, attributes).text = text or None

    def moment(release):
        return f"{release['date']}T00:00:00Z"

    add(root, "title", f"{app.config.html_title}: what is new")
    add(root, "id", base)
    add(root, "updated", moment(releases[0]))
    add(root, "link", rel="self", href=f"{base}changes.xml")
    author = ElementTree.SubElement(root, "author")
    add(author, "name", app.config.author)
    for release in releases:
        entry = ElementTree.SubElement(root, "entry")
        add(entry, "title", f"Version {release['version']}")
        add(entry, "id", f"{base}#{release['version']}")
        add(entry, "updated", moment(release))
        add(entry, "link", href=base)
        add(entry, "content", release["text"].strip())
    return root


def write_found(app, exception):
    """Write what crawlers and readers of feeds ask for."""
    if exception:
        return
    base, out = app.config.html_baseurl, Path(app.outdir)
    robots = "User-agent: *\nAllow: /\n"
    if base:
        robots += f"Sitemap: {base}sitemap.xml\n"
        write_xml(out / "sitemap.xml", sitemap(app))
        changelog = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
        write_xml(out / "changes.xml", feed(app, changelog))
    (out / "robots.txt").write_text(robots, encoding="utf-8")


def setup(app):
    app.connect("html-page-context", add_page_context)
    app.connect("html-collect-pages", lost_page)
    app.connect("build-finished", write_found)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
