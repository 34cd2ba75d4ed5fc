"""Check that mlready and cmark-gfm take the same markers in Markdown for comments.

    python tests/faults/markdown_hosts.py [--hosts N] [--seed N] [--spec FILE]

A host is a Markdown document of random lines with markers such as ``<!-- mlready:begin
-->``. mlready must regard a marker that is alone on its line as a comment if both of
these are true, and otherwise not:

* cmark-gfm and html5lib read a comment there.
* cmark-gfm renders Markdown that is put in the place of the marker.

``--spec`` takes the file ``spec.txt`` of CommonMark (``npm pack commonmark-spec``; its
licence, CC-BY-SA, does not allow shipping it here). Each example is then a host, with a
marker after each line in turn. Exits with 1 if there is a difference.
"""

import argparse
import random
import re
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from xml.dom import Node

import html5lib

from mlready.output.markdown_host import MarkerRole, marker_contexts
from tests.faults.github import page

SEED = 20261129
HOSTS = 20_000
MARKER = "<!-- mlready:m{} -->"
_PATTERN = re.compile(rb"(<!--[ \t]*mlready:)([^\r\n]*?(?:-->|(?=[\r\n])|\Z))")
_EXAMPLE = re.compile(r"^`{32} example\n(.*?)^\.\n.*?^`{32}$", re.DOTALL | re.MULTILINE)
_ANY = re.compile(r"<!-- (mlready:m\d+) -->")
_TAG = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)
_ALONE = re.compile(r"(?<![^\r\n])<!-- mlready:m\d+ -->[ \t]*(?![^\r\n])")

_PREFIXES = (
    "", "", "", "", "", " ", "  ", "   ", "    ", "     ", "\t", "> ", ">", "> > ",
    "- ", "* ", "+ ", "1. ", "10) ", "-\t", "  - ", "    - ", "> - ", "- > ", "- - ",
    "-   ", "2. ", "[^1]: ", ">    ", ">     ", "-     ",
)  # fmt: skip
_LINES = (
    "", "", "", "text", "# heading", "===", "---", "***", "```", "````", "``` x",
    "```` a`b", "~~~", "~~~~", "~~~ `", "`", "``", "`a", "b`", "\\", "\\`", "<!--",
    "-->", "<!-- a -->", "<!-- a", "a -->", "\\<!--", "`<!--`", "<!-->", "<!--->",
    "<!-- a --> <!-- b", "<div>", "</div>", "<div", "<pre>", "</pre>", "<script>",
    "</script>", "<style>", "</style>", "<?php", "?>", "<?php ?>", "<!DOCTYPE html>",
    "<!X", "<![CDATA[", "]]>", "<b>", "</b>", '<a href="x">', '<a href="', '">',
    "<p title='", "'>", "<hr>", "<details>", "<x-y>", "<x-y", "text <b", "a <!-- b",
    "[a]: /b", "'title", '"title"', "[a]: <", "[a][b] <!-- c -->", "![a",
    "](b)", "| a | b |", "| - | - |", "|---|", "*a", "**", "a*", "&lt;!--", "&#60;!--",
    "+++", "...", "</", "<", ">", "=", "-", "- ", "*", "1.", "1) a", "\f", "\x0b",
    "\xa0", "a  ", "a\\", "</script", "</PRE>", "<PRE>", "<table>", "<tr>", "<td>",
)  # fmt: skip


def hosts(rng: random.Random) -> Iterator[str]:
    """Yield an endless series of random Markdown documents with markers.

    A marker is a comment such as ``<!-- mlready:m0 -->``.
    """
    while True:
        lines, markers = [], 0
        for _ in range(rng.randint(1, 14)):
            prefix = "".join(rng.choices(_PREFIXES, k=rng.choice((1, 1, 1, 2))))
            line = rng.choice(_LINES)
            if rng.random() < 0.35:
                line, markers = _with_marker(rng, line, markers), markers + 1
                prefix = prefix if rng.random() < 0.5 else ""
            # In cmark-gfm an HTML tag interrupts a paragraph even in a lazy
            # continuation, but not in CommonMark and cmark 0.31. An empty line
            # before the tag avoids this difference.
            lines += [""] if _TAG.fullmatch(line) else []
            lines.append(prefix + line)
        yield rng.choice(("\n", "\n", "\r\n", "\r")).join(lines)


def _with_marker(rng: random.Random, line: str, number: int) -> str:
    marker, kind = MARKER.format(number), rng.random()
    if kind < 0.6:
        return marker
    if kind < 0.7:
        return f"`{marker}`"
    return f"{line} {marker}" if kind < 0.85 else f"{marker} {line}"


def spec_hosts(spec: str) -> Iterator[str]:
    """Yield copies of each example of the specification, each with one marker.

    The marker is before each line in turn, and then at the end.
    """
    for example in _EXAMPLE.findall(spec):
        lines = example.replace("→", "\t").splitlines()
        for number in range(len(lines) + 1):
            yield "\n".join([*lines[:number], MARKER.format(0), *lines[number:]])


def difference(host: str) -> str:
    """Describe the first marker that mlready and cmark-gfm read differently.

    ``host`` is a Markdown document with markers: comments such as ``<!-- mlready:m0
    -->``. The result is "" if no marker is read differently.
    """
    contexts = marker_contexts(host.encode(), _PATTERN)
    host = _without_front_matter(host)
    comments = set(_comments(html5lib.parseFragment(page(host, 0), treebuilder="dom")))
    markers = list(_ANY.finditer(host))
    seen = contexts[len(contexts) - len(markers) :]
    for marker, context in zip(markers, seen, strict=True):
        if _ALONE.match(host, marker.start()):
            expected = marker[1] in comments and _reads_markdown(host, marker)
            if expected != (context.role == MarkerRole.COMMENT):
                return f"{marker[1]} is {context} but {expected}: {host!r}"
    return ""


def _comments(node: Any) -> Iterator[str]:
    if node.nodeType == Node.COMMENT_NODE:
        yield node.data.strip()
    for child in node.childNodes:
        yield from _comments(child)


def _reads_markdown(host: str, marker: re.Match[str]) -> bool:
    """Return whether Markdown in place of a marker would be rendered."""
    filled = f"{host[: marker.start()]}\n\n**filled**\n\n{host[marker.end() :]}"
    return "<strong>filled</strong>" in page(filled, 0)


def _without_front_matter(host: str) -> str:
    first, *lines = re.split(r"\r\n|[\n\r]", host)
    ends = {"---": {"---", "..."}, "+++": {"+++"}}.get(first.rstrip(" \t"), set())
    at = next((n for n, line in enumerate(lines) if line.rstrip(" \t") in ends), None)
    return host if at is None else "\n".join(lines[at + 1 :])


def compare(number: int, seed: int) -> Iterator[str]:
    """Yield a message for each document that mlready and cmark-gfm read differently.

    The function compares ``number`` random Markdown documents.
    """
    for host in islice(hosts(random.Random(seed)), number):
        if found := difference(host):
            yield found


def main(arguments: list[str]) -> int:
    """Print how many Markdown documents mlready and cmark-gfm read differently.

    Also print the first differences. Return 1 if there is a difference, else 0.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--hosts", type=int, default=HOSTS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--spec", type=Path)
    chosen = parser.parse_args(arguments)
    found = list(compare(chosen.hosts, chosen.seed))
    print(f"{chosen.hosts} random hosts, {len(found)} differ", *found[:20], sep="\n")
    if chosen.spec:
        examples = list(spec_hosts(chosen.spec.read_text(encoding="utf-8")))
        in_spec = list(filter(None, map(difference, examples)))
        print(f"{len(examples)} hosts of the specification, {len(in_spec)} differ")
        print(*in_spec[:20], sep="\n")
        found += in_spec
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
