"""The agreement on paper: typeset from its frozen content, its scanned signed copy, and the public proof of both."""
