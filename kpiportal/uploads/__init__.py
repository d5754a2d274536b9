"""The only entrance for uploaded files: what comes in is looked at, and stored only when it is what it says.

    accepted = uploads.inspect(request.FILES["evidence"])       # or UploadRefused with a Thai sentence

Content decides, not the name and not the browser. What passes is still served as an attachment under a
sandbox (kpiportal/files.py): a check says "looks harmless", only the way a file is served makes it harmless.
"""

from kpiportal.uploads.inspection import EXTENSIONS, Accepted, inspect
from kpiportal.uploads.names import safe_name
from kpiportal.uploads.refusals import ALLOWED_TH, UploadRefused

__all__ = ["ALLOWED_TH", "EXTENSIONS", "Accepted", "UploadRefused", "inspect", "safe_name"]
