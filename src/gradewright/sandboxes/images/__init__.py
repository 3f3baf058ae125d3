"""Container images without a daemon: found by name, unpacked once, shared by all sandboxes.

store        the door: find an image, have it unpacked, look into it, hand it to an engine
references   what an author may write to name an image
in_engine, in_archive, in_layout
             where images lie; each finds one and gives its configuration and its layers
blobs        reading what is named by its digest, and believing it only if the digest is right
layers       layers laid over one another into one directory tree, whatever a hostile layer tries
cache        unpacked trees by digest: made once, locked while in use, the least recently used thrown away
room         the disk, and what is said when it is full
files        looking into a tree as a program inside it would, without running one
export       the other way: an image for an engine to load
of_links     an image that is made on the spot
"""

from gradewright.sandboxes.images.files import Entry
from gradewright.sandboxes.images.store import ImageStore, Progress

__all__ = ["Entry", "ImageStore", "Progress"]
