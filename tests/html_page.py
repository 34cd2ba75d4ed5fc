"""An HTML parser for tests."""

from html.parser import HTMLParser

VOID = {"meta", "link", "br"}


class Parsed(HTMLParser):
    """An HTML page: its elements, and each text with the path of elements to it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.within: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            css_class = dict(attrs).get("class") or ""
            self.within.append(
                f"{tag}.{css_class}" if css_class in {"back", "skip", "slabs"} else tag
            )

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.within.pop().split(".")[0] == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((tuple(self.within), data))
