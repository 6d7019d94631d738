# The chores, each one line of intent. `make` alone lists them.
# Only release builds, all with the same settings, so that `make test` reuses what `make chat` built.

PREFIX ?= /usr/local
MODEL = Sources/ChatCore/Resources/charchat.safetensors
WORLD = Sources/ChatREPL/Resources/world.tsv
CHARCHAT = .build/release/charchat
# Touched after each build, so that `make chat` starts at once when no source has changed.
BUILT = .build/release/charchat.built
SOURCES = Package.swift $(shell find Sources -type f)
# Every suite is Swift Testing: without the flag XCTest would close with "Executed 0 tests".
TEST = swift test -c release --disable-testable-imports --disable-xctest
# What `make model` gives `charchat train`: how long and how large.
MODEL_FLAGS ?= --cell kda --preset small --steps 24000 --batch 2 --window 3072 --evaluations 30 --patience 30 --compact --seed 1
TRAINED := .build/charchat.safetensors
# Passed on by `make chat`: make chat ARGS="-s holiday"
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup chat build test bench lint format docs model install clean

help: ## list these chores
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

setup: ## install the system libraries that are missing
	@scripts/setup

chat: $(BUILT) ## build, then talk to the shipped model
	@exec $(CHARCHAT) $(ARGS)

build: $(BUILT) ## build the executable, .build/release/charchat

$(BUILT): $(SOURCES) | setup
	@scripts/build
	@touch $@

test: setup ## run every test
	$(TEST)

bench: $(BUILT) ## measure charchat beside PyTorch; writes benchmarks/RESULTS.md
	python3 benchmarks/bench.py

lint: ## check the formatting and who uses whom
	swift format lint --strict --recursive Package.swift Sources Tests
	scripts/check-rooms

format: ## rewrite the sources in the house's format
	swift format --in-place --recursive Package.swift Sources Tests

docs: setup ## build the libraries' documentation; a warning is an error
	scripts/docs

model: $(BUILT) ## train the shipped model anew from corpus/; goes on where it was stopped
	test -e $(TRAINED).checkpoint || rm -f $(TRAINED)
	$(CHARCHAT) train corpus/ -o $(TRAINED) --resume $(MODEL_FLAGS)
	cp $(TRAINED) $(MODEL)

install: $(BUILT) ## install under PREFIX (/usr/local)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/charchat
	install -m 755 $(CHARCHAT) $(DESTDIR)$(PREFIX)/bin/charchat
	install -m 644 $(MODEL) $(DESTDIR)$(PREFIX)/share/charchat/charchat.safetensors
	install -m 644 $(WORLD) $(DESTDIR)$(PREFIX)/share/charchat/world.tsv

clean: ## remove everything that was built
	rm -rf .build
