"""The contract of every table: column names, verdicts, readers and one writer, once for all rooms."""
