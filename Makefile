# Two commands: `make run` and `make test`. Both install what the machine lacks before they begin.
PYTHON ?= python3
INSTALL = $(PYTHON) kpiportal/embedded/install.py
VENV = .venv/bin/python
# Server mode's settings with invented values: enough for the gate to look at every security setting.
SERVER_MODE = DJANGO_SETTINGS_MODULE=kpiportal.settings.prod ALLOWED_HOSTS=portal.example \
	DATABASE_URL=postgres://kpi@127.0.0.1/kpi REDIS_URL=redis://127.0.0.1/0 \
	SECRET_KEY=$$($(VENV) -c 'import secrets; print(secrets.token_urlsafe(50))')

GATES = style format imports migrations deploy-settings types page-templates

.PHONY: run test check bench sbom advisories vendor clean help $(GATES)

run: ## start the whole portal on this machine: make run [PORT=8000]
	@$(INSTALL) run && exec $(VENV) -m kpiportal.embedded.run

test: ## run every test on throw-away servers: make test [ARGS="-k outbox"]
	@$(INSTALL) test && exec $(VENV) -m pytest -n auto --dist worksteal $(ARGS)

check: ## the gates: style, imports, migrations, deploy settings, types, templates; all are run, all must pass
	@$(INSTALL) test
	@$(MAKE) --no-print-directory --keep-going $(GATES)

style:
	$(VENV) -m ruff check .
format:
	$(VENV) -m ruff format --check .
imports:
	$(VENV) .venv/bin/lint-imports
migrations:
	DJANGO_SETTINGS_MODULE=kpiportal.settings.test $(VENV) manage.py makemigrations --check --dry-run
deploy-settings:
	$(SERVER_MODE) $(VENV) manage.py check --deploy --fail-level WARNING
types:
	$(VENV) -m mypy
page-templates:
	$(VENV) -m djlint --lint --quiet templates

bench: ## measure the pages and print a table
	@$(INSTALL) test && exec $(VENV) -m benchmarks $(ARGS)

sbom: ## what the portal is made of, as CycloneDX JSON: var/sbom.json
	@$(INSTALL) test && mkdir -p var && $(VENV) .ci/sbom.py > var/sbom.json && echo var/sbom.json

advisories: ## known flaws of the pinned packages (needs the network; status 3: could not be asked)
	@$(PYTHON) .ci/known_vulnerabilities.py

vendor: ## fetch the web assets of static/vendor again (needs npm); the result is committed
	@$(INSTALL) run && exec $(VENV) -m kpiportal.embedded.vendor

clean: ## remove caches; never data (var/) nor the environment (.venv)
	rm -rf .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	find . \( -path ./.venv -o -path ./var \) -prune -o -name __pycache__ -type d -print0 | xargs -0 rm -rf

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile
