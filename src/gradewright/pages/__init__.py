"""Pages of exercises and feedback as HTML: templates, the engine for those of authors, languages."""
