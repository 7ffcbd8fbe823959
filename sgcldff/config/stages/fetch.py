"""The settings of the stage `fetch`."""

from __future__ import annotations

from typing import Any

from sgcldff.config.typed import Typed


class FetchSettings(Typed):
    """class_path, arguments: of the dataset; manual_files: a checksum of what a person put into its folder."""

    class_path: str
    arguments: dict[str, Any]
    manual_files: str
