"""What is wrong with an agreement's set-up, as data and as a sentence."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is stable, `field` the column concerned, `text` a Thai sentence for the person filling it in.

    `levels` are the numbers (from 1) of the levels or steps concerned; `key` is the indicator or child, empty
    for the criteria themselves; `at_round` the round concerned.
    """

    code: str
    field: str
    text: str
    levels: tuple[int, ...] = ()
    key: str = ""
    at_round: int | None = None

    def inside(self, key: str) -> "Problem":
        """The same problem, told of a child: "1.3.2.1: ..."."""
        path = f"{key} > {self.key}" if self.key else key
        return replace(self, key=path, text=f"{key}: {self.text}")
