"""Where static files are found by browsers: names with a fingerprint, so that they may be kept permanently."""

from __future__ import annotations

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class RememberedNames(CompressedManifestStaticFilesStorage):
    """Looks an address up once per process: the manifest does not change while it runs, and every page has a dozen."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._addresses: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        if force:  # asked while the files are being collected
            return str(super().url(name, force))
        if name not in self._addresses:
            self._addresses[name] = str(super().url(name))
        return self._addresses[name]
