# make demo    everything it needs, then http://127.0.0.1:8000
# make test    everything it needs, then the whole suite
# The clone may lie in a path with spaces and Chinese characters: recipes use relative paths only.

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
CANDIDATES := python3 python3.13 python3.12 python3.11 python3.14 python
FIND_PYTHON := for p in $${PYTHON:-} $(CANDIDATES); do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; exit; }; \
	done
SET_UP = python="$$($(FIND_PYTHON))"; if [ -z "$$python" ]; then \
	echo "✗ 没有找到 Python 3.11 或更新版本：请先安装，再运行 make。" >&2; \
	echo "✗ No Python 3.11 or newer was found: install one, then run make again." >&2; exit 2; fi; \
	"$$python" tools/set_up.py
PY := .venv/bin/python
WATCHROOM := $(PY) -m watchroom.site.command_line
# The whole suite on every core there is, four at the most: each worker holds a browser and an engine.
SIDE_BY_SIDE := -n auto --maxprocesses 4 --dist loadfile

.PHONY: demo test lint bench faults security sbom frontend lock clean

demo:
	@$(SET_UP)
	@exec $(WATCHROOM) demo $(DEMO)

test:
	@$(SET_UP) --dev
	@status=0; \
	$(PY) tools/lint.py || status=1; \
	$(PY) -m pytest $(if $(TEST),$(TEST),$(SIDE_BY_SIDE)) || status=$$?; \
	exit $$status

lint:
	@$(SET_UP) --dev
	@$(PY) tools/lint.py

bench:
	@$(SET_UP) --dev
	@status=0; for f in benchmarks/[!_]*.py; do \
	[ -e "$$f" ] || continue; echo "→ $$f"; $(PY) "$$f" || status=1; done; exit $$status

# Faults against the real system, short; in full: make faults FAULTS="--faults 500 --minutes 15 ..."
faults:
	@$(SET_UP) --dev
	@$(PY) -m faults $(FAULTS)

# Attacks on Watchroom; in minutes. `make security LONG=1` for hours: the whole matrix, 100,000 requests.
security:
	@$(SET_UP) --dev
	@$(PY) -m benchmarks.security $(if $(LONG),--long) $(SECURITY)

# What a release stands on, as CycloneDX.
sbom:
	@$(SET_UP)
	@$(PY) tools/sbom.py build/sbom.cdx.json && echo "→ build/sbom.cdx.json"

frontend:
	@$(SET_UP)

# New locks from pyproject.toml. What a clone needs to run and build; then the tests' tools too.
lock:
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --custom-compile-command "make lock" pyproject.toml --group build -o requirements.lock
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --custom-compile-command "make lock" pyproject.toml --group build --group dev \
	-c requirements.lock -o requirements-dev.lock

# Everything that can be made again. Never the data folder.
clean:
	rm -rf .venv build dist frontend/node_modules watchroom/desk/static/desk/built
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
