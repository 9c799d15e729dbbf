# Every command of the project, from a fresh clone to an image. `make` alone lists them.
#
# Needed: Go 1.21 or newer, make, git. Go fetches the release that go.mod names by itself,
# also on machines that pin GOTOOLCHAIN to "local". `make race` wants a C compiler,
# `make e2e` Node and Chromium, `make image` Docker; each says so where they are missing.

export GOTOOLCHAIN := auto

HTTP      =# where to serve, as in `make run HTTP=127.0.0.1:9000`; the program knows its default
DIR       =# where to keep the database, the index and files; as above
TESTFLAGS =# for go test, as in `make race TESTFLAGS=-short`
PACKAGES  = ./...# for make race
FUZZTIME  = 30s# for each fuzz target
BENCHTIME = 1s
TORTURE   = .# which mishaps of `make torture`, as in TORTURE=Kill
SEED      = 0# of them; 0: another each time, and each tells which
DOCS      = 100000# in the index that `make bench-search` asks
MINIMUM   = 80# per cent of statements that the tests must reach
IMAGE     = madang
CHROMIUM ?= /usr/bin/chromium

BIN   = .bin
TOOLS = $(BIN)/.built
FLAGS = $(if $(DIR),--dir=$(DIR))
SERVE = ./madang serve $(if $(HTTP),--http=$(HTTP)) $(FLAGS)

.DEFAULT_GOAL := help
.PHONY: bench-realtime fuzz-cost help run demo build test race e2e lint fmt vuln torture torture-short bench bench-quick bench-go bench-stream bench-search bench-recommend bench-web cover covered fuzz schema client client-test image tools

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: build ## Build and serve on 127.0.0.1:8090 (HTTP=host:port and DIR=folder change that)
	$(SERVE)

demo: build ## Build, fill an empty instance with people, posts and media, and serve it
	./madang demo $(FLAGS)
	$(SERVE)

build: ## Build ./madang, one static binary
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o ./madang .

test: ## Run every Go test
	go test -timeout 30m $(TESTFLAGS) ./...

# SQLite is C that was translated to Go and works in memory of its own, bcrypt is arithmetic: watched by the detector they take
# several times as long, and nothing of ours is seen in them. Whatever calls them is watched as ever.
RACE = -race -gcflags=modernc.org/...=-race=false -gcflags=golang.org/x/crypto/...=-race=false

race: ## Run every Go test under the race detector (PACKAGES="./jobs ./stats" for some)
	@command -v "$$(go env CC)" >/dev/null || { echo "make race: no C compiler ($$(go env CC)); the race detector needs one" >&2; exit 1; }
	CGO_ENABLED=1 go test $(RACE) -timeout 40m $(TESTFLAGS) $(PACKAGES)

# coverpkg counts a line wherever it was run from: a story in hooks proves collections too.
bench-recommend: ## Measure recommendations: how well they hit, how long learning from a million likes takes, how fast they answer
	go test -run '^$$' -bench Recall -benchtime 1x ./recommend
	go test -run '^$$' -bench Recommend -benchtime 1x -timeout 60m ./bench

cover: ## Run every Go test and print their coverage of our packages; below 80 % it fails
	$(MAKE) test covered TESTFLAGS="$(TESTFLAGS) -coverprofile=coverage.out -coverpkg=./..."

covered: ## Print the coverage that the last run left in coverage.out; below 80 % it fails
	@awk -v minimum=$(MINIMUM) -f tools/coverage.awk coverage.out

e2e: build ## Run the browser tests in headless Chromium on the built binary
	@command -v node >/dev/null || { echo "make e2e: node is missing (Node 20 or newer)" >&2; exit 1; }
	@command -v npm >/dev/null || { echo "make e2e: npm is missing (it comes with Node)" >&2; exit 1; }
	@command -v "$(CHROMIUM)" >/dev/null || { echo "make e2e: no Chromium at $(CHROMIUM); install it or say CHROMIUM=/path" >&2; exit 1; }
	@test -f ui/e2e/package.json || { echo "make e2e: ui/e2e/package.json is missing" >&2; exit 1; }
	cd ui/e2e && npm ci --no-audit --no-fund
	cd ui/e2e && RATE_LIMITS=off FFMPEG=off CHROMIUM="$(CHROMIUM)" MADANG="$(CURDIR)/madang" node --test

lint: $(TOOLS) ## Run go vet, staticcheck and golangci-lint
	go vet ./...
	$(BIN)/staticcheck ./...
	$(BIN)/golangci-lint run ./...

fmt: ## Format the Go code
	"$$(go env GOROOT)/bin/gofmt" -s -w .

# govulncheck has no flag for "only where the database answers", so its error is read:
# findings exit with 3, an unreachable database with another code and a fetching error.
vuln: $(TOOLS) ## Look for known vulnerabilities, where the database can be reached
	@out=$$($(BIN)/govulncheck ./... 2>&1); code=$$?; echo "$$out"; \
	case "$$code:$$out" in \
	0:*) ;; \
	*"fetching vulnerabilities"*) echo "make vuln: the vulnerability database cannot be reached from here; nothing was checked" ;; \
	*) exit $$code ;; \
	esac

torture: ## Kill, starve, crowd and cut the power of the real program for an hour or more, and look what is lost (TORTURE=Kill SEED=1)
	go test ./torture -run '$(TORTURE)' -length long -seed $(SEED) -v -count 1 -timeout 6h

torture-short: ## The part of it that takes some two minutes
	go test ./torture -run '$(TORTURE)' -length short -seed $(SEED) -count 1 -timeout 15m

# The community is kept by the checksum of what makes it: another schema, or another community, has a folder of its own.
KEPT = $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/madang/bench-$(shell { cat bench/seed/*.go pb_migrations/*.go; echo "$(SEEDFLAGS)"; } | cksum | cut -d' ' -f1)

bench: $(if $(DIR),,$(KEPT)/made) ## Measure what requests take beside what they would take at least, into docs/benchmarks.md (DIR=a community of `madang bench seed`; none: one is made and kept)
	go test -run '^$$' -bench Table -benchtime 1x -timeout 60m ./bench/load -dir "$(if $(DIR),$(abspath $(DIR)),$(KEPT))" -write "$(CURDIR)/docs/benchmarks.md"

# SEEDFLAGS="--people 300" makes a small one. Measuring writes to it, so it grows by some thousand rows each time.
$(KEPT)/made:
	@echo "make bench: filling $(KEPT) with the community that is measured. It takes minutes and 3 GB, and is kept for the next time; remove it when you like."
	rm -rf "$(KEPT)"
	$(MAKE) build
	./madang bench seed $(SEEDFLAGS) --dir "$(KEPT)"
	@touch "$@"

bench-quick: ## The same over a small community, in a minute: it prints the ratios
	go test -run '^$$' -bench Table -benchtime 1x ./bench/load -turn 150ms -turns 2 -people 20

bench-go: ## Run every benchmark of single packages (BENCHTIME=10s for steadier figures)
	go test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) $$(go list ./... | grep -v /bench)

bench-stream: ## Stream 64 MiB to 16 readers, beside nginx with sendfile
	@command -v nginx >/dev/null || { echo "make bench-stream: nginx is missing, beside which the program is measured" >&2; exit 1; }
	go test -run '^$$' -bench Stream -benchtime 5x ./bench

bench-realtime: ## Have 2,000 connections listen while 50 things a second are written
	go test -run '^$$' -bench Realtime -benchtime 1x -timeout 20m ./bench

fuzz-cost: ## Look for what a stranger can make the program spend, over OVER=folder of madang bench seed, which it writes to
	@test -n "$(OVER)" || { echo "make fuzz-cost: say OVER=folder, one that madang bench seed filled and nobody needs" >&2; exit 1; }
	go test ./bench/cost -count 1 -v -timeout 60m -over "$(abspath $(OVER))"

bench-search: ## Measure search: how well it answers, how fast, how fresh, how big (DOCS=1000000 for more)
	go test -run '^$$' -bench 'Quality|Index|Search' -benchtime $(BENCHTIME) -timeout 60m ./search -docs $(DOCS)
	go test -run '^$$' -bench Freshness -benchtime 1x ./bench

bench-web: build ## Measure the pages: bytes, requests, time of the server, Lighthouse (WHY=1 says what it minds)
	@command -v node >/dev/null && command -v npm >/dev/null || { echo "make bench-web: Node 20 or newer is missing, with npm" >&2; exit 1; }
	@command -v "$(CHROMIUM)" >/dev/null || { echo "make bench-web: no Chromium at $(CHROMIUM); install it or say CHROMIUM=/path" >&2; exit 1; }
	cd ui/e2e && npm ci --no-audit --no-fund
	cd ui/e2e && RATE_LIMITS=off FFMPEG=off CHROMIUM="$(CHROMIUM)" MADANG="$(CURDIR)/madang" node bench.mjs

# go test fuzzes one target of one package at a time.
fuzz: ## Run every fuzz target for 30 s (FUZZTIME=5m for longer)
	@set -e; grep -rlE '^func Fuzz' --include='*_test.go' . | sort | while read -r file; do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$$file"); do \
			echo "$$target in $$file"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$(dirname "$$file")" </dev/null; \
		done; \
	done

schema: ## Rewrite collections/schema.txt from the migrations
	go test ./collections -run TestSchema -update

client: build ## Write the types of clients/typescript from the API document
	cd clients/typescript && npm ci --no-audit --no-fund && MADANG="$(CURDIR)/madang" npm run -s generate

client-test: build ## Compile the TypeScript client, and try it and its types on the built binary
	@command -v npm >/dev/null || { echo "make client-test: npm is missing (it comes with Node 20)" >&2; exit 1; }
	cd clients/typescript && npm ci --no-audit --no-fund && MADANG="$(CURDIR)/madang" npm test

image: ## Build the container image (IMAGE=name)
	@command -v docker >/dev/null || { echo "make image: docker is missing" >&2; exit 1; }
	docker build -t $(IMAGE) .

tools: $(TOOLS) ## Build the linters that tools/go.mod pins into .bin

# The linters' module is apart so that their hundreds of requirements stay out of ours.
$(TOOLS): tools/go.mod tools/go.sum
	@mkdir -p $(BIN)
	go build -C tools -o ../$(BIN)/ tool
	@touch $@
