# Everything a newcomer needs: `make demo` to see it, `make test` to prove it. Both do all the set-up by themselves.

VENV   ?= .venv
PYTHON := $(VENV)/bin/python
READY  := $(VENV)/.ready
# Tests and checks leave nothing outside the checkout and need no display.
# Byte code is kept: many tests start programs of their own.
HEADLESS := QT_QPA_PLATFORM=offscreen PYTHONDONTWRITEBYTECODE=

# One more than most small machines have cores: a test that waits for a server leaves its core to another.
WORKERS ?= 3

.PHONY: help demo lead test test-peers test-long check format shot shots translations models bench setup clean

help:
	@echo "make demo          a whole contact centre in one window (DEMO='--lang de' for German)"
	@echo "make test          the tests, without a display"
	@echo "make test-peers    installs real servers (Debian, as root) and runs the tests against them"
	@echo "make test-long     the tests that take minutes: hundreds of rounds of everything breaking"
	@echo "make check         style, types, layers"
	@echo "make format        put the code into the house style"
	@echo "make shot          one screenshot without a display, into build/shot.png (SHOT='--lang de --theme dark')"
	@echo "make shots         the pictures of README and docs/screens anew"
	@echo "make translations  collect the texts of the window, compile their translations"
	@echo "make models        train the shipped starter models anew"
	@echo "make bench         the benchmarks against their budgets"

setup: $(READY)

$(READY): pyproject.toml packaging/bootstrap.sh
	bash packaging/bootstrap.sh $(VENV)

demo: $(READY)
	$(PYTHON) -m desktop demo $(DEMO)

lead: $(READY)
	$(PYTHON) -m desktop demo --role lead $(DEMO)

test: $(READY)
	$(HEADLESS) $(PYTHON) -m pytest -n $(WORKERS) --dist worksteal -m "not peer and not long" $(TESTS)

test-peers: $(READY)
	bash packaging/peers.sh
	$(HEADLESS) DIRIGENT_PEERS=required $(PYTHON) -m pytest -n $(WORKERS) --dist loadfile -m "peer and not long" $(TESTS)

test-long: $(READY)
	$(HEADLESS) $(PYTHON) -m pytest -m long $(TESTS)

check: $(READY)
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(VENV)/bin/lint-imports

format: $(READY)
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

shot: $(READY)
	mkdir -p build
	$(HEADLESS) $(PYTHON) -m desktop demo --screenshot build/shot.png --after 20 $(SHOT)

shots: $(READY)
	$(HEADLESS) $(PYTHON) -m desktop demo --screenshot docs/screens/light-en.png --after 14 --lang en --theme light --size 1280x800
	$(HEADLESS) $(PYTHON) -m desktop demo --screenshot docs/screens/dark-en.png --after 14 --lang en --theme dark --size 1920x1080
	$(HEADLESS) $(PYTHON) -m desktop demo --screenshot docs/screens/light-de.png --after 14 --lang de --theme light --size 1920x1080
	$(HEADLESS) $(PYTHON) -m desktop demo --screenshot docs/screens/dark-de.png --after 14 --lang de --theme dark --size 1280x800

# English is what the code says; its file holds the plurals alone.
translations: $(READY)
	mkdir -p build
	$(PYTHON) packaging/strings.py build/strings.py
	$(VENV)/bin/pyside6-lupdate -locations none -no-obsolete build/strings.py -ts resources/translations/dirigent_de.ts
	$(VENV)/bin/pyside6-lupdate -locations none -no-obsolete -pluralonly build/strings.py -ts resources/translations/dirigent_en.ts
	$(VENV)/bin/pyside6-lrelease resources/translations/dirigent_de.ts -qm resources/translations/dirigent_de.qm
	$(VENV)/bin/pyside6-lrelease resources/translations/dirigent_en.ts -qm resources/translations/dirigent_en.qm

models: $(READY)
	$(PYTHON) -m desktop.hub.training starter
	$(PYTHON) -m desktop.hub.training mood
	$(PYTHON) -m desktop.hub.training language

# One cache of a million messages for all that open one; it takes some minutes to write and 1.8 GB.
bench: $(READY)
	$(HEADLESS) $(PYTHON) -m desktop bench cache --profile .bench/million
	for name in start memory switch search scroll; do \
		$(HEADLESS) $(PYTHON) -m desktop bench $$name --profile .bench/million || exit 1; done
	$(HEADLESS) $(PYTHON) -m desktop bench idle --messages 100000
	$(HEADLESS) $(PYTHON) -m desktop bench pop --messages 100000
	$(HEADLESS) $(PYTHON) -m desktop bench stall --messages 200000
	$(HEADLESS) $(PYTHON) -m desktop bench sync
	$(HEADLESS) $(PYTHON) -m desktop bench faults

clean:
	rm -rf build dist .bench .mypy_cache .ruff_cache .import_linter_cache $(VENV)
