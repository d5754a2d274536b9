"""The embedded mode: what `make run` and `make test` need on a machine with only Python, git and make.

install.py  venv, pinned packages, Debian libraries (debian.py); standard library only, run by the system's Python
run.py      `make run`: servers, prepare.py (migrate, demo), web, worker, beat; stops them all
servers.py  the private PostgreSQL (postgres.py) and Redis (redis_server.py), durable or throw-away
programs.py where their binaries are: the machine's own, else the wheels
runner.py   as whom they run; process.py: children that die with their parent; ports.py: free and taken ports
state.py    what one installation keeps under var/: the run lock, the secret key, the demo's clock
vendor.py   `make vendor`: the web assets from npm, with their sums
"""
