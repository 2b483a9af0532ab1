"""A queue that is fair between people: everybody has a turn before anybody has the next one."""

from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Turns(Generic[T]):
    """Items that wait, each by the person it is for."""

    def __init__(self) -> None:
        # In the order in which people have their turns: whoever had one goes to the end.
        self._waiting: dict[str, deque[T]] = {}

    def put(self, whose: str, item: T) -> None:
        """Let an item wait behind the others of its person."""
        self._waiting.setdefault(whose, deque()).append(item)

    def take(self) -> T | None:
        """Return the item whose turn it is, which then waits no more; None when nothing waits."""
        if not self._waiting:
            return None
        whose = next(iter(self._waiting))
        items = self._waiting.pop(whose)
        item = items.popleft()
        if items:
            self._waiting[whose] = items
        return item

    def remove(self, whose: str, item: T) -> bool:
        """Let an item wait no more; tell whether it did."""
        items = self._waiting.get(whose, deque())
        if item not in items:
            return False
        items.remove(item)
        if not items:
            del self._waiting[whose]
        return True
