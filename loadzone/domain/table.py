"""An ordered mapping that never changes: every edit returns a new one and shares almost all of the old."""

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

_BUCKETS = 128


class Table(Mapping[K, V]):
    """A persistent mapping in order of insertion.

    A fleet of 10,000 VMs changes one VM at a time, and the state before a change must stay whole until
    the change is durable. Copying a plain dict for that costs O(n) a booking; here an edit copies one of
    128 small buckets, so it stays at a few microseconds. Replacing a value keeps its place in the order.
    """

    __slots__ = ("_buckets", "_length", "_next")

    _buckets: list[dict[K, tuple[int, V]]]

    def __init__(self, items: Iterable[tuple[K, V]] = ()) -> None:
        buckets: list[dict[K, tuple[int, V]]] = [{} for _ in range(_BUCKETS)]
        place = 0
        for key, value in items:
            bucket = buckets[hash(key) % _BUCKETS]
            known = bucket.get(key)
            bucket[key] = (place if known is None else known[0], value)
            place += 1
        self._set(buckets, sum(map(len, buckets)), place)

    def _set(self, buckets: list[dict[K, tuple[int, V]]], length: int, next_place: int) -> None:
        self._buckets = buckets
        self._length = length
        self._next = next_place

    def _with_bucket(self, index: int, bucket: dict[K, tuple[int, V]], grown: int, placed: int) -> "Table[K, V]":
        table: Table[K, V] = Table.__new__(Table)
        buckets = self._buckets.copy()
        buckets[index] = bucket
        table._set(buckets, self._length + grown, self._next + placed)
        return table

    def put(self, key: K, value: V) -> "Table[K, V]":
        """Return a table in which `key` has `value`; a new key goes to the end."""
        index = hash(key) % _BUCKETS
        bucket = dict(self._buckets[index])
        known = bucket.get(key)
        bucket[key] = (self._next if known is None else known[0], value)
        new = known is None
        return self._with_bucket(index, bucket, new, new)

    def put_all(self, items: Iterable[tuple[K, V]]) -> "Table[K, V]":
        """Return a table with all of `items`, as `put` for each would; each bucket is copied once."""
        buckets = [bucket.copy() for bucket in self._buckets]
        place, grown = self._next, 0
        for key, value in items:
            bucket = buckets[hash(key) % _BUCKETS]
            known = bucket.get(key)
            bucket[key] = (place if known is None else known[0], value)
            if known is None:
                place, grown = place + 1, grown + 1
        table: Table[K, V] = Table.__new__(Table)
        table._set(buckets, self._length + grown, place)
        return table

    def drop(self, key: K) -> "Table[K, V]":
        """Return a table without `key`; raises KeyError where there is none."""
        index = hash(key) % _BUCKETS
        bucket = dict(self._buckets[index])
        del bucket[key]
        return self._with_bucket(index, bucket, -1, 0)

    def __getitem__(self, key: K) -> V:
        return self._buckets[hash(key) % _BUCKETS][key][1]

    def __contains__(self, key: object) -> bool:
        return key in self._buckets[hash(key) % _BUCKETS]

    def __len__(self) -> int:
        return self._length

    def _ordered(self) -> list[tuple[int, K, V]]:
        rows = [(place, key, value) for bucket in self._buckets for key, (place, value) in bucket.items()]
        rows.sort(key=lambda row: row[0])
        return rows

    def __iter__(self) -> Iterator[K]:
        return iter([key for _, key, _ in self._ordered()])

    def values(self) -> ValuesView[V]:
        """Return the values in order."""
        return dict(self._pairs()).values()

    def items(self) -> ItemsView[K, V]:
        """Return the pairs in order."""
        return dict(self._pairs()).items()

    def keys(self) -> KeysView[K]:
        """Return the keys in order."""
        return dict(self._pairs()).keys()

    def _pairs(self) -> Iterator[tuple[K, V]]:
        return ((key, value) for _, key, value in self._ordered())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and dict(self.items()) == dict(other.items())

    __hash__ = None  # type: ignore[assignment]  # a mapping compares by content, like dict

    def __repr__(self) -> str:
        return f"Table({dict(self.items())!r})"
