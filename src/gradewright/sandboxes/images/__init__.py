"""Container images without a daemon: found by name, unpacked once, shared by all sandboxes.

references   what an author may write to name an image
sources      where images lie: an engine, a `docker save` archive, an OCI layout; each gives configuration and layers
blobs        reading what is named by its digest, and believing it only if the digest is right
layers       layers laid over one another into one directory tree, whatever a hostile layer tries
cache        unpacked trees by digest: made once, locked while in use, the least recently used thrown away
files        looking into a tree as a program inside it would, without running one
"""

from gradewright.sandboxes.images.files import Entry
from gradewright.sandboxes.images.store import ImageStore, Progress

__all__ = ["Entry", "ImageStore", "Progress"]
