"""A page's first mention of a function of lossfns leads to its entry in the reference, whose
headings fit a phone."""

from html import escape

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

from sitebuild.api import FOLDER, label, modules, short
from sitebuild.promises import breakable

PAGES = {name: f"{FOLDER}/{short(module)}" for module, names in modules().items() for name in names}
# A name there is a heading's, already a link's, or code that stands as it is.
TAKEN = (nodes.title, nodes.reference, nodes.literal_block)


class Mentions(SphinxTransform):
    default_priority = 410

    def apply(self, **kwargs):
        if (
            self.env.docname.startswith(f"{FOLDER}/")
            or f"{FOLDER}/index" not in self.env.found_docs
        ):
            return
        seen = set()
        for literal in list(self.document.findall(nodes.literal)):
            name = literal.astext().removeprefix("lossfns.").removesuffix("()")
            if name not in PAGES or name in seen or self.taken(literal):
                continue
            seen.add(name)
            page = self.app.builder.get_relative_uri(self.env.docname, PAGES[name])
            place = f"{page}#{label(name)}"
            link = nodes.reference("", "", literal.deepcopy(), refuri=place, internal=True)
            literal.replace_self(link)

    @staticmethod
    def taken(node):
        while node.parent is not None:
            node = node.parent
            if isinstance(node, TAKEN):
                return True
        return False


class Breakable(SphinxPostTransform):
    """On a phone a name is broken after a dot or an underscore, and not inside a word."""

    default_priority = 410

    def run(self, **kwargs):
        if self.env.docname.startswith(f"{FOLDER}/"):
            for heading in self.document.findall(nodes.title):
                for text in list(heading.findall(nodes.Text)):
                    text.parent.replace(text, nodes.raw("", breakable(escape(text)), format="html"))


def setup(app):
    app.add_transform(Mentions)
    app.add_post_transform(Breakable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
