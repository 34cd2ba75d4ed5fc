"""Render Markdown as GitHub does, with cmark-gfm, without a memory leak.

The Python package cmarkgfm frees neither the HTML page nor the syntax tree, and fuzzing
renders millions of pages.
"""

import ctypes

from cmarkgfm import cmark

_NAMES = ("table", "autolink", "strikethrough", "tasklist")
_C = cmark._cmark  # noqa: SLF001 - the compiled C module has no public name
_FREE = ctypes.CDLL(None).free
_FREE_TREE = ctypes.CDLL(_C.__file__).cmark_node_free
_FREE.argtypes = _FREE_TREE.argtypes = [ctypes.c_void_p]

cmark.core_extensions_ensure_registered()


def page(document: str, more: int = cmark.Options.CMARK_OPT_FOOTNOTES) -> str:
    """Return the HTML page of a Markdown document; HTML in the document is kept.

    ``more`` is a bit mask of additional options of cmark.
    """
    options = cmark.Options.CMARK_OPT_UNSAFE | more
    parser = cmark.parser_new(options)
    for name in _NAMES:
        extension = cmark.find_syntax_extension(name)
        cmark.parser_attach_syntax_extension(parser, extension)
    cmark.parser_feed(parser, document)
    tree = cmark.parser_finish(parser)
    extensions = cmark.parser_get_syntax_extensions(parser)
    raw = _C.lib.cmark_render_html(tree, options, extensions)
    try:
        return str(_C.ffi.string(raw).decode())
    finally:
        _FREE(_address(raw))
        _FREE_TREE(_address(tree))
        cmark.parser_free(parser)


def _address(pointer: object) -> int:
    return int(_C.ffi.cast("uintptr_t", pointer))
