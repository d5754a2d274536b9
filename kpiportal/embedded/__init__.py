"""The embedded mode: what `make run` and `make test` need on a machine with only Python, git and make.

install.py  venv, pinned packages, Debian libraries (standard library only; run by the system's Python)
programs.py where PostgreSQL and Redis binaries are: the machine's own, else the wheels
process.py  children that die with their parent, and leftovers of a parent that was killed
servers.py  the private PostgreSQL + Redis pair, durable (make run) or throw-away (make test)
state.py    what one installation keeps under var/: the secret key, the demo's clock, the run lock
run.py      `make run`: servers, prepare.py (migrate, demo), web, worker, beat; stops them all
"""
