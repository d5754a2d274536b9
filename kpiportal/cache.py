"""A Redis cache that tolerates an unreachable server, so that no request fails without Redis (QUALITY R8)."""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class _OneClient(RedisCacheClient):
    """Django makes a client for each question; one of redis-py may be shared, by threads too, and lasts."""

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        kept = self.__dict__.setdefault("_clients", {})
        index = self._get_connection_pool_index(write)
        if index not in kept:
            kept[index] = super().get_client(key, write=write)
        return kept[index]


class ForgivingRedisCache(RedisCache):
    """Redis, but an unreachable server is an empty cache: sessions then come from the database.

    Each method answers what an empty cache would. The limits of sign-in do not rely on it
    (kpiportal/throttle.py).
    """

    def __init__(self, server: str, params: dict[str, Any]):
        super().__init__(server, params)
        self._class = _OneClient

    def _or(self, default: Any, call: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return call(*args, **kwargs)
        except RedisError as error:
            log.warning("cache away: %s", type(error).__name__)
            return default

    def get(self, key, default=None, version=None):
        return self._or(default, super().get, key, default, version)

    def set(self, *args, **kwargs):
        self._or(None, super().set, *args, **kwargs)

    def add(self, *args, **kwargs):
        return self._or(True, super().add, *args, **kwargs)

    def delete(self, *args, **kwargs):
        return self._or(False, super().delete, *args, **kwargs)

    def get_many(self, keys, version=None):
        return self._or({}, super().get_many, keys, version)

    def set_many(self, *args, **kwargs):
        return self._or([], super().set_many, *args, **kwargs)

    def has_key(self, key, version=None):
        return self._or(False, super().has_key, key, version)

    def incr(self, key, delta=1, version=None):
        return self._or(delta, super().incr, key, delta, version)

    def touch(self, *args, **kwargs):
        return self._or(False, super().touch, *args, **kwargs)
