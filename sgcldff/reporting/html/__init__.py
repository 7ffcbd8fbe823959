"""report.html: the pages of the report, its figures and a gallery of images in one file that opens offline."""
