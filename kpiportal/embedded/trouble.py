"""The one exception of the embedded mode that a person is meant to read."""


class Trouble(Exception):
    """A foreseen trouble (taken port, missing library, no network): its text is the whole message.

    The text is Thai first, then the exact command to type; whoever catches it prints it without a traceback.
    """
