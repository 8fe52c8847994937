# The commands of this project. `make run` and `make test` do all set-up on a fresh machine first.
SHELL := /bin/sh
.SILENT:
.DEFAULT_GOAL := help
.PHONY: help setup run test test-long api-test prove queries openapi lint ci clean

# The scripts look for the binary here, whatever the machine's own cargo settings say.
export CARGO_TARGET_DIR := $(CURDIR)/target
unexport CARGO_BUILD_TARGET
export PATH := $(CURDIR)/.local/bin:$(PATH)

assistant := target/debug/assistant
# One set of features for everything that tests, so that nothing is compiled twice.
build_tests := cargo build --bins --tests --features failpoints </dev/null >&2
clean_env := scripts/clean-env

help:
	echo "make run        set up and start: type texts to your assistant (or pipe them in)"
	echo "make test       set up and run every test"
	echo "make test-long  the fault tests, long form"
	echo "make api-test   every documented route against the document (schemathesis, half a minute)"
	echo "make prove      kill it at random, then compare its ledger with the provider's list (5 minutes at most)"
	echo "make lint       format, clippy, dependencies"
	echo "make queries    renew .sqlx/ from the migrations     make openapi  renew openapi.json"
	echo "make ci         what CI runs                         make clean    remove what was built"

setup:
	scripts/setup test

# Only the phone reads standard input, and only it writes to standard output.
run:
	scripts/setup run
	test -x $(assistant) || echo "building; the first time takes some minutes" >&2
	cargo build --quiet </dev/null >&2
	exec $(assistant) up

test:
	scripts/setup test
	$(clean_env) $(build_tests)
	$(clean_env) $(assistant) services -- scripts/run-tests

test-long:
	scripts/setup test
	$(clean_env) $(build_tests)
	$(clean_env) env ASSISTANT_TEST_LONG=1 NEXTEST_PROFILE=long \
		$(assistant) services -- scripts/run-tests -E 'test(/^faults::/)'

api-test:
	scripts/setup run
	$(clean_env) cargo build --quiet --features failpoints </dev/null >&2
	$(clean_env) scripts/api-test

prove:
	scripts/setup run
	$(clean_env) cargo build --quiet --features failpoints </dev/null >&2
	$(clean_env) $(assistant) services -- $(assistant) prove

# A query that changed does not compile until this has run: then the last binary that did serves the migrations.
queries:
	scripts/setup run
	$(clean_env) cargo build --quiet --features failpoints </dev/null 2>/dev/null || test -x $(assistant)
	$(clean_env) $(assistant) services -- scripts/check-queries --write

openapi:
	$(clean_env) cargo build --quiet --features failpoints </dev/null >&2
	$(assistant) openapi > openapi.json.fresh
	mv openapi.json.fresh openapi.json

lint:
	scripts/setup test
	cargo fmt --check
	cargo deny check bans licenses sources
	cargo clippy --all-targets --features failpoints -- -D warnings

ci:
	.ci/run

clean:
	cargo clean
