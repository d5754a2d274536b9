"""The web server of server mode: `gunicorn --config deploy/gunicorn.conf.py kpiportal.wsgi:application`.

Sync workers: a page is work of the processor, so threads only make the slowest pages slower. One request at a time
holds a worker, hence a proxy in front that takes slow uploads whole before it passes them on (deploy/nginx/).
"""

import os

# Whoever can open the socket is believed as the proxy: user and group only, in a folder closed to others.
bind = os.environ.get("KPI_BIND", "unix:/run/kpiportal/web.sock")
umask = 0o007
# Two to a core: while one waits for the database or the disk, the other computes.
workers = int(os.environ.get("WEB_CONCURRENCY") or 2 * len(os.sched_getaffinity(0)))
worker_class = "sync"
worker_tmp_dir = "/dev/shm"  # the heartbeat of a worker must not wait for a disk

timeout = 60  # seconds; the largest summary on paper takes about 25
graceful_timeout = 30
max_requests, max_requests_jitter = 2000, 400  # what a page leaves in memory goes with its worker

preload_app = False  # so that a reload (SIGHUP) brings new code, worker by worker, without a refused request
control_socket_disable = True
accesslog = None  # nginx writes it, with the caller's address
errorlog = "-"
