# The commands of this project. `make help` lists them; nothing but Python 3.11+ and make is needed.
.POSIX:
.PHONY: help demo drill test fuzz check fmt screenshots lock clean runtime dev

BIN = .venv/bin
TWO_WORKERS = -n 2 --dist loadgroup --no-loadscope-reorder

help:
	@echo 'make demo           set up, start everything, play the tour; stays up until Ctrl-C'
	@echo 'make demo ONCE=1    the same, then prints the verdicts, writes the export and exits; PORT=8080 for the portal'
	@echo '                    in a directory of its own, var/demo, emptied first, whatever PERCI_RUN_DIR says'
	@echo 'make drill ENDPOINT=http://localhost:9000'
	@echo '                    a signed order at night to your own receiver, while things break, and a certificate;'
	@echo '                    SCALE=1 for an hour that lasts one, PAGE=http://localhost:9000/v/1 to have a look at the content,'
	@echo '                    UNBROKEN=1 to break nothing, PORT=8200, WAIT=120 seconds for your receiver, OUT=directory'
	@echo 'make test           set up and run the suite with two workers; ARGS="-k word" goes to one pytest instead'
	@echo 'make fuzz           the properties of an order at length: FUZZ_EXAMPLES=5000 FUZZ_STEPS=20, the seed is printed'
	@echo 'make check          format, lint, types, import contracts, migrations, generated docs'
	@echo 'make fmt            put the source in the shape that check wants'
	@echo 'make screenshots    the pictures of docs/screenshots/, taken over a demo that runs (URL=http://localhost:8000)'
	@echo 'make lock           resolve the dependencies of pyproject.toml into requirements/*.lock'
	@echo 'make clean          remove run directories and caches (make clean ALL=1: the .venv too)'
	@echo
	@echo 'DATABASE_URL=postgresql://user@host:5432/name and REDIS_URL=redis://host:6379/0 switch from'
	@echo 'SQLite and the embedded broker to servers of your own.'

demo: runtime
	@exec $(BIN)/python manage.py demo $${ONCE:+--once} $${PORT:+--port "$$PORT"}

# make itself ends with 2 whenever this does not end with 0; call manage.py drill for its own exit codes.
drill: runtime
	@exec $(BIN)/python manage.py drill $${ENDPOINT:+--endpoint "$$ENDPOINT"} $${PAGE:+--page "$$PAGE"} \
	$${SCALE:+--scale "$$SCALE"} $${UNBROKEN:+--unbroken} $${PORT:+--port "$$PORT"} $${WAIT:+--wait "$$WAIT"} $${OUT:+--out "$$OUT"}

test: dev
	@$(BIN)/python -m pytest $(or $(ARGS),$(TWO_WORKERS))

# A run is repeated with the seed that it printed: make fuzz FUZZ_SEED=...
fuzz: dev
	@FUZZ_SEED=$${FUZZ_SEED:-$$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}; echo "FUZZ_SEED=$$FUZZ_SEED"; \
	FUZZ_SEED=$$FUZZ_SEED FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-5000} FUZZ_STEPS=$${FUZZ_STEPS:-20} \
	$(BIN)/python -m pytest tests/properties $(ARGS)

check: dev
	@sh .ci/check

fmt: dev
	@$(BIN)/ruff format -q .
	@$(BIN)/ruff check -q --fix .

screenshots: dev
	@$(BIN)/python manage.py screenshots $${URL:+--url "$$URL"}

lock:
	@sh .ci/lock

clean:
	@rm -rf var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache $${ALL:+.venv}
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

runtime:
	@sh .ci/venv runtime

dev:
	@sh .ci/venv dev
