"""How the documentation is built: `./dev docs`, where a warning is an error."""

project = "Gradewright"
author = copyright = "The Gradewright developers"
language = "en"

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "changes"]  # news fragments are for the change log of the next release

html_theme = "furo"
html_title = "Gradewright"
html_copy_source = False
