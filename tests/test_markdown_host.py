"""A block marker is used only where a parser of CommonMark or HTML finds a comment."""

import re

import pytest

from mlready.errors import DocumentError
from mlready.output.inject import inject_report
from mlready.output.markdown_host import MarkerRole, code_lines, marker_contexts
from tests.faults.markdown_hosts import SEED, compare, difference

B, E = "<!-- mlready:begin -->", "<!-- mlready:end -->"
BLOCK, FILLED = f"{B}\n{E}\n", f"{B}\n\nNEW\n\n{E}\n"
MARKER = re.compile(rb"(<!--[ \t]*mlready:)([^\r\n]*?(?:-->|(?=[\r\n])|\Z))")


def fill(text: str) -> str:
    return inject_report(text.encode(), "d.md", lambda _: "NEW").decode()


CODE = {
    "indented fence inside a fence": f"```\n    ```\n{BLOCK}```\n",
    "fence of tildes inside one of backticks": f"```\n~~~\n{BLOCK}~~~\n```\n",
    "fence with an info string inside a fence": f"```\n``` md\n{BLOCK}```\n",
    "shorter fence inside a fence": f"`````\n````\n{BLOCK}`````\n",
    "fence that never ends": f"{BLOCK}```\n",
    "indented by four spaces": f"a\n\n    {B}\n    {E}\n",
    "indented by a tab": f"a\n\n\t{B}\n\t{E}\n",
    "indented in a list item": f"- a\n\n      {B}\n      {E}\n",
    "fence in a list item": f"- ```\n  {B}\n  {E}\n  ```\n",
    "fence in a nested item": f"- - ```\n    {B}\n    {E}\n    ```\n",
    "fence in a quotation": f"> ```\n> {B}\n> {E}\n> ```\n",
    "fence in a quotation in a list": f"1. > ~~~\n   > {B}\n   > {E}\n",
    "code span on one line": f"Write `{B}` and ``{E}``.\n",
    "code span over two lines": f"Write `a\nb {B} c`.\n",
    "info string": f"``` {B}\n```\n".replace("`", "~"),
    "backslash": f"\\{B}\n",
    "character references": "&lt;!-- mlready:begin -->\n&#60;!-- mlready:end -->\n",
    "title of a link": f'[a](b "{B}")\n',
    "text of an image": f"![{B}](a.png)\n",
    "title of a reference": f'[a]: b "{B}"\n',
}


@pytest.mark.parametrize("shown", CODE.values(), ids=CODE)
def test_block_marker_shown_as_code_or_text_is_left_unchanged(shown):
    if shown.startswith(B):  # the unclosed fence would hide a block after it
        assert fill(f"{BLOCK}\n```\n{BLOCK}") == f"{FILLED}\n```\n{BLOCK}"
    else:
        assert fill(f"{BLOCK}\n{shown}") == f"{FILLED}\n{shown}"
        assert fill(f"{shown}\n{BLOCK}") == f"{shown}\n{FILLED}"


BEFORE = {
    "fence indented by four spaces": "    ```\n\n",
    "comment in indented code": "    <!--\n\n",
    "comment after a backslash": "\\<!-- a\n",
    "comment in a code span": "`<!--`\n",
    "comment in a fence": "```\n<!--\n```\n",
    "comment that ends": "<!--\n\na\n\n-->\n",
    "comment in an attribute": '<a title="<!--">b</a>\n\n',
    "comment in the title of a reference": "[a]: b '<!--'\n\n",
    "fence characters at the end of a paragraph": "a ```\n",
    "fence in a quotation that ended": "> ```\n",
    "fence in an item that ended": "- ```\n\n",
    "fence in indented code of an item": "- a\n\n      ```\n\n",
    "front matter of YAML": "---\na: |\n  ```\n---\n",
    "front matter of TOML": "+++\na = '''\n```\n'''\n+++\n",
    "front matter with a comment": "---\na: '<!--'\n---\n",
    "thematic break": "---\n\ntext\n\n",
    "script": "<script>\n'<!--'\n</script>\n",
    "style": "<style>\n/* <!-- */\n</style>\n",
    "processing instruction": "<?php\n'```'\n?>\n",
    "declaration": "<!DOCTYPE html>\n",
    "CDATA": "<![CDATA[\n```\n]]>\n",
    "details": "<details>\n<summary>a</summary>\n",
    "custom element": '<my-tag a="b">\n',
    "table": "| a |\n| - |\n| `b` |\n",
    "underlined heading": "a\n===\n",
    "paragraph": "a\n",
    "list item": "- a\n",
    "autolink": "<https://a.b/<!-->\n\n",
}


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
def test_block_is_filled_if_the_markup_before_still_lets_its_marker_be_a_comment(
    before,
):
    assert fill(before + BLOCK) == before + FILLED
    assert fill(before + FILLED) == before + FILLED


IN_HTML = {
    "comment": f"<!--\n{BLOCK}-->\n",
    "comment that never ends": f"<!-- a\n\n{BLOCK}",
    "comment after another one": f"<!-- a --> <!-- b\n\n{BLOCK}",
    "comment after a tag": f"<div> <!--\n\n{BLOCK}",
    "pre element": f"<pre>\n{BLOCK}</pre>\n",
    "script": f"<script>\n\n{BLOCK}</script>\n",
    "style": f"<STYLE>\n{BLOCK}</STYLE>\n",
    "textarea": f"<textarea>\n{BLOCK}</textarea>\n",
    "processing instruction": f"<?php\n{BLOCK}?>\n",
    "CDATA": f"<![CDATA[\n{BLOCK}]]>\n",
    "declaration": f"<!X\n{BLOCK}>\n",
    "attribute": f'<div title="\n{BLOCK}">\n',
    "attribute of an earlier block": f"<div title='\n\n{BLOCK}'>\n",
    "title element": f"<title>\n\n{BLOCK}</title>\n",
}


@pytest.mark.parametrize("text", IN_HTML.values(), ids=IN_HTML)
def test_refusal_of_a_marker_inside_html_names_the_line_where_the_html_begins(text):
    with pytest.raises(DocumentError, match=r"HTML that begins in line 1 holds this"):
        fill(text)


NESTED = {
    "list item": f"- {B}\n- {E}\n",
    "second paragraph of an item": f"1. a\n\n   {B}\n   {E}\n",
    "nested item": f"- - {B}\n",
    "quotation": f"> {B}\n> {E}\n",
    "quotation in an item": f"- > {B}\n",
    "details in an item": f"- <details>\n  {B}\n",
}


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED)
def test_block_marker_in_a_list_or_quotation_is_refused(text):
    with pytest.raises(DocumentError, match=r"stands in a list or quotation; move it"):
        fill(text)


def test_text_that_imitates_an_internal_placeholder_does_not_hide_block_markers():
    text = f"`mlready:\x020\x02` <!-- mlready:\x027\x02 -->\n{B}"

    roles = [context.role for context in marker_contexts(text.encode(), MARKER)]
    assert roles == [MarkerRole.COMMENT, MarkerRole.COMMENT]


def test_markers_are_accepted_exactly_where_cmark_gfm_and_html5lib_see_comments():
    assert list(compare(2_000, SEED)) == []


def test_difference_is_reported_if_cmark_gfm_sees_no_comment_where_mlready_sees_one(
    monkeypatch,
):
    monkeypatch.setattr("tests.faults.markdown_hosts.page", lambda *_: "")
    assert difference("<!-- mlready:m0 -->")


def test_indices_of_lines_in_fenced_and_indented_code_are_found():
    assert code_lines("a\n\n```\nb\n```\n\n    c\n- d\n") == {2, 3, 4, 6}
