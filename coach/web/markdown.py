"""What the coach writes, as safe HTML: paragraphs, lists, tables and emphasis; no image, no link, no raw HTML."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = {"p", "strong", "em", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "br", "code", "blockquote"}
_WITHOUT = ["image", "link", "autolink"]
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable(_WITHOUT)


def html(text: str) -> Markup:
    """``text`` as HTML that holds only the tags above, without attributes."""
    return Markup(nh3.clean(_MARKDOWN.render(text), tags=_TAGS, attributes={}, link_rel=None))  # noqa: S704 - cleaned


def finished_blocks(text: str) -> tuple[list[str], str]:
    """The blocks that a blank line has closed, and what is still being written."""
    *closed, rest = text.replace("\r\n", "\n").split("\n\n")
    return [block for block in closed if block.strip()], rest
