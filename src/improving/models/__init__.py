"""The ideas of the course as pure functions: no files, no widgets, seeded where random."""
