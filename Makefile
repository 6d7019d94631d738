# The chores, each one line of intent. `make` alone lists them.
# Only release builds, all with the same settings, so that `make test` reuses what `make chat` built.

PREFIX ?= /usr/local
MODEL = Sources/ChatCore/Resources/charchat.safetensors
CHARCHAT = .build/release/charchat
# Touched after each build, so that `make chat` starts at once when no source has changed.
BUILT = .build/release/charchat.built
# What is installed, put together.
DIST = .build/dist/bin/charchat
SOURCES = Package.swift $(shell find Sources -type f)
# Every suite is Swift Testing: without the flag XCTest would close with "Executed 0 tests".
TEST = swift test -c release --disable-testable-imports --disable-xctest
# What `make model` gives `charchat train`: how long and how large.
MODEL_FLAGS ?= --cell kda --preset small --pointer-head 48 --steps 24000 --batch 2 --window 3072 --evaluations 30 --patience 30 --compact --seed 1
TRAINED := .build/charchat.safetensors
# Passed on by `make chat`: make chat ARGS="-s holiday"
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup chat build test bench lint format docs model fill install uninstall deb clean

help: ## list these chores
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

setup: ## install the system libraries that are missing
	@scripts/setup

chat: $(BUILT) ## build, then talk to the shipped model
	@exec $(CHARCHAT) $(ARGS)

build: $(DIST) ## build the executable, and what `make install` copies in .build/dist

$(DIST): $(BUILT) README.md FILES.md CHANGELOG.md scripts/dist
	@scripts/dist
	@touch $@

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

fill: $(BUILT) ## train a small model that fills gaps, on charchat's own documents
	$(CHARCHAT) train README.md FILES.md CONTRIBUTING.md CHANGELOG.md SECURITY.md corpus/README.md \
	    --plain --preset small --fill 0.25 --minutes 10 --compact -o .build/fill.safetensors

# These two copy and remove only; DESTDIR is for whoever makes a package.
install: ## install under PREFIX (/usr/local) what `make build` built
	@DESTDIR='$(DESTDIR)' scripts/install-files install .build/dist '$(DESTDIR)$(PREFIX)'

uninstall: ## remove what `make install` put under PREFIX
	@DESTDIR='$(DESTDIR)' scripts/install-files uninstall '$(DESTDIR)$(PREFIX)'

deb: $(DIST) ## make a Debian package, .build/charchat_VERSION_ARCHITECTURE.deb
	@scripts/deb

clean: ## remove everything that was built
	rm -rf .build
