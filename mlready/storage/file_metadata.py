"""Copy a file's owner, group, mode, access lists and attributes to another file."""

import errno
import os
import stat

from mlready import platform_support

# Errors which mean that the file or its file system has no extended attributes.
_NONE = frozenset({errno.ENODATA, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS})


def copy_metadata(source: int, temporary: int) -> bool:
    """Copy owner, group, mode and attributes to a temporary file.

    ``source`` and ``temporary`` are open handles. Returns False if anything could not
    be copied: the temporary file must then not replace the source.
    """
    try:
        _copy(source, temporary)
    except OSError:
        return False
    return _same(source, temporary)


def _copy(source: int, temporary: int) -> None:
    wanted, now = os.fstat(source), os.fstat(temporary)
    if hasattr(os, "fchown") and (wanted.st_uid, wanted.st_gid) != (
        now.st_uid,
        now.st_gid,
    ):
        os.fchown(temporary, wanted.st_uid, wanted.st_gid)
    if hasattr(os, "fchmod"):
        os.fchmod(temporary, stat.S_IMODE(wanted.st_mode))
    # Attributes come after the mode, which changes one of them, the access list.
    attributes, present = _attributes(source), _attributes(temporary)
    for name in present.keys() - attributes.keys():
        os.removexattr(temporary, name)
    for name, value in attributes.items():
        if present.get(name) != value:
            os.setxattr(temporary, name, value)


def _attributes(handle: int) -> dict[str, bytes]:
    if not hasattr(os, "listxattr"):
        return {}
    try:
        return {name: os.getxattr(handle, name) for name in os.listxattr(handle)}
    except OSError as error:
        if error.errno in _NONE:
            return {}
        raise


def _same(source: int, temporary: int) -> bool:
    """Return whether both files have the same metadata, to check that a copy succeeded.

    A system may ignore a change of metadata without reporting an error. Where Python
    has no ``os.fchmod``, nothing is checked and the result is True.
    """
    if not hasattr(os, "fchmod"):
        return True
    if platform_support.inode_flags(source) != platform_support.inode_flags(temporary):
        return False
    wanted, now = os.fstat(source), os.fstat(temporary)
    return (wanted.st_uid, wanted.st_gid, wanted.st_mode) == (
        now.st_uid,
        now.st_gid,
        now.st_mode,
    ) and _attributes(source) == _attributes(temporary)
