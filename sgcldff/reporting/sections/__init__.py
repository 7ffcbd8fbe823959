"""The sections of paper_tables.md, a file each: tables and titles in, Markdown out."""
