# The kit's build: `make help` lists the targets, and everything that is made goes to $(B).
# CC, CPPFLAGS, CFLAGS, LDFLAGS and LDLIBS belong to the user; what the kit itself needs is in KIT_… and LIB_….

B          = build
PREFIX     ?= /usr/local
CFLAGS     ?= -O2 -g
PKG_CONFIG ?= pkg-config
AWK        ?= awk
MAKEFLAGS  += --no-builtin-rules

KIT_CPPFLAGS = -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Icommon
KIT_CFLAGS   = -std=gnu11 -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion
KIT_LDFLAGS  = -Wl,-z,now
KIT_LDLIBS   = -lrt
LIBS         = libcap smartcols jansson

# Asked by the first recipe that needs it and not when this file is read: `make deps run-all` installs them in between.
LIB_CFLAGS = $(eval LIB_CFLAGS := $(call ask,--cflags,$(LIBS)))$(LIB_CFLAGS)
LIB_LDLIBS = $(eval LIB_LDLIBS := $(call ask,--libs,$(LIBS)))$(LIB_LDLIBS)
ask        = $(call need,$(strip $(call no_tool,$(CC)) $(call no_tool,$(PKG_CONFIG)) $(call no_lib,$2)))$(call config,$1 $2)
config     = $(shell $(PKG_CONFIG) $1)
no_tool    = $(if $(shell command -v $(firstword $1) 2>/dev/null),,$(firstword $1))
no_lib     = $(foreach l,$1,$(if $(shell $(PKG_CONFIG) --exists $l 2>/dev/null && echo yes),,$l))
need       = $(if $1,$(error not found: $1; `make deps` installs what is missing))
AFTER_DEPS = $(filter deps,$(MAKECMDGOALS))

files     = $(sort $(wildcard $1))
objects   = $(patsubst %.c,$(B)/%.o,$1)
PROBE_SRC := $(call files,common/probes/*.c)
KIT_SRC   := $(filter-out common/main.c,$(call files,common/*.c common/*/*.c))
ROW_SRC   := $(call files,variants/*.c)
FIX_SRC   := $(call files,tests/fixtures/*.c)
COL_SRC   := $(call files,tests/fixtures/columns/*.c)
UNIT_SRC  := $(call files,tests/unit/test_*.c)
BENCH_SRC := $(call files,tests/bench/*.c)
# The grader's only where there is one.
FUZZ_SRC  := $(filter-out $(if $(wildcard common/grade/predict.c),,%/fuzz_predict.c),$(call files,tests/fuzz/fuzz_*.c))
ALL_SRC   := common/main.c $(KIT_SRC) $(ROW_SRC) $(FIX_SRC) $(COL_SRC) $(UNIT_SRC) $(BENCH_SRC) $(FUZZ_SRC)
UNITS     := $(UNIT_SRC:%.c=$(B)/%)
BENCHES   := $(BENCH_SRC:%.c=$(B)/%)
FUZZERS   := $(FUZZ_SRC:%.c=$(B)/%)
PROGRAMS  := $(B)/ipckit $(B)/ipckit-fixtures $(B)/ipckit-columns $(UNITS) $(BENCHES)
GENERATED := $(B)/sources $(B)/registry.c $(B)/fixtures.c $(B)/columns.c
SPACED    := $(filter-out %.c,$(ALL_SRC))
$(if $(SPACED),$(error $(firstword $(SPACED)) …: the name of a source file must not contain a space))

Q   = $(if $(filter 1,$(V)),,@)
say = @$(if $(filter 1,$(V)),:,printf '  %-4s %s\n' $1 '$2')

all: $(B)/ipckit ## build the program, build/ipckit (the default)

run-all: $(B)/ipckit ## run every row and print the table
	@$< run $(ARGS)

run: $(B)/ipckit ## run some rows: make run ROW='malloc pipe' [ARGS=--format=json]
	@$< run $(ARGS) $(ROW)

matrix: $(B)/ipckit ## ask every question of each row: make matrix [ROW=… ARGS=--columns=eof,exec]
	@$< matrix $(ARGS) $(ROW)

pick: $(B)/ipckit ## rows that meet your needs: make pick NEED=blocks,framing=message [MIN=max_message=1M]
	@$< pick $(if $(NEED),--need=$(NEED)) $(if $(MIN),--min=$(MIN)) $(ARGS) $(ROW)

readme: $(B)/ipckit ## make the output blocks of README.md anew
	$(Q)sh tests/readme.sh $< >$(B)/README.md && cp $(B)/README.md README.md

check: $(PROGRAMS) | $(AFTER_DEPS) ## run all tests: units (cmocka), then commands (bats)
	@sh tests/check.sh $(B) $(UNITS)

torture: $(B)/ipckit ## long: 200 runs under load, then kills at random moments, and what follows up to portability; some 30 minutes, at most 90
	@IPCKIT='$(abspath $<)' bash tests/torture/repeat.sh
	@IPCKIT='$(abspath $<)' bash tests/torture/signals.sh
	@bash tests/torture/matrix.sh '$(abspath $<)'
	@status=0; for goal in stress models analyze fuzz portability; do $(MAKE) --no-print-directory $$goal || status=1; done; exit $$status

SECONDS = 600
fuzz: ## feed all parsers with nonsense, by libFuzzer: make fuzz [SECONDS=30]; 600 seconds
	@command -v clang >/dev/null || { echo 'not found: clang; `make deps` installs it' >&2; exit 1; }
	@$(MAKE) B=$(B)/fuzz CC=clang CFLAGS='$(FUZZ_CFLAGS)' fuzzers >/dev/null
	@bash tests/fuzz/fuzz.sh $(B)/fuzz/corpus $(SECONDS) $(FUZZERS:$(B)/%=$(B)/fuzz/%)

FUZZ_CFLAGS = -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined,float-cast-overflow \
	-fno-sanitize-recover=all

fuzzers: $(FUZZERS) ## build the fuzzers; they need clang, and the flags that `make fuzz` has

stress: ## the hand-over through shm_ring and shm_futex, a million times, and with bugs put in; some 5 minutes
	@bash tests/stress/stress.sh $(B)/stress

models: ## the same, every order of steps, by spin; some 20 seconds
	@bash tests/models/models.sh $(B)/models

portability: $(B)/ipckit ## other compilers, libcs and machines, as far as they are here; some 15 minutes
	@IPCKIT=$< bash tests/portability.sh $(B)/portability

# Not of leaks: this analyzer loses sight of what an array element points to.
analyze: ## gcc -fanalyzer over the program; some 60 seconds
	@$(MAKE) B=$(B)/analyze CC=gcc CFLAGS='-O2 -g -fanalyzer -Wno-analyzer-malloc-leak -Werror' -k $(B)/analyze/ipckit

fresh-debian: ## Debian 12 and 13 with nothing but git and make, as root: make deps run-all, make deps check; some 30 minutes
	@bash tests/fresh.sh $(B)/fresh bookworm run-all check
	@bash tests/fresh.sh $(B)/fresh trixie run-all check

bench: $(B)/ipckit ## latency and throughput of each row: make bench [ROW=… ARGS='--sizes=8,64K --time=20']
	@$< bench $(ARGS) $(ROW)

bench-targets: $(B)/ipckit ## what the bench must reach, line by line; some 3 minutes on a calm machine
	@IPCKIT='$(abspath $<)' bash tests/bench/targets.sh

plots: $(B)/ipckit ## curves over the size of a message, and of fork(), as SVG and PNG: $(B)/plots
	@command -v gnuplot >/dev/null || { echo 'not found: gnuplot; `make deps` installs it' >&2; exit 1; }
	@$< bench --sizes=8,64,512,4K,32K,256K,1M --time=90 --format=json --output=$(B)/bench.json $(ARGS) $(ROW)
	@$< bench --from=$(B)/bench.json --plots=$(B)/plots >$(B)/bench.txt
	@$< cow --plots=$(B)/plots >$(B)/cow.txt
	@cd $(B)/plots && for plot in *.gp; do gnuplot "$$plot" || exit; done
	@ls $(B)/plots/*.svg $(B)/plots/*.png

bench-cell: $(B)/tests/bench/cell ## what a cell costs, as a multiple of bare processes
	@$< pipe malloc

lint: | $(AFTER_DEPS) ## clang-format, shellcheck, cppcheck, clang-tidy; gcc and clang without a warning
	@status=0; sh tests/lint.sh $(KIT_CPPFLAGS) $(LIB_CFLAGS) $(CPPFLAGS) $(KIT_CFLAGS) || status=1; \
	for cc in gcc clang; do command -v $$cc >/dev/null || continue; echo "  LINT $$cc"; \
	$(MAKE) B=$(B)/lint-$$cc CC=$$cc CFLAGS='-O2 -g -Werror' programs >/dev/null || status=1; done; exit $$status

format: ## lay the C files out as lint wants them
	clang-format -i $(shell find common variants tests -name "*.[ch]")

programs: $(PROGRAMS) ## build the program and the test programs

install: $(B)/ipckit ## install under $(DESTDIR)$(PREFIX)
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/share/doc/ipckit'
	install $(B)/ipckit '$(DESTDIR)$(PREFIX)/bin/ipckit'
	install -m 644 $(wildcard README.md) LICENSE '$(DESTDIR)$(PREFIX)/share/doc/ipckit'

uninstall: ## remove what install has put there
	rm -f '$(DESTDIR)$(PREFIX)/bin/ipckit'
	rm -rf '$(DESTDIR)$(PREFIX)/share/doc/ipckit'

deps: ## install what building and testing need, by the system's package manager
	@CC='$(CC)' PKG_CONFIG='$(PKG_CONFIG)' AWK='$(AWK)' sh common/deps.sh

clean: ## remove $(B)
	@test ! -e $(B) || test -e $(B)/flags || { echo '$(B): not made by this Makefile' >&2; exit 1; }
	$(Q)rm -rf $(B)

help: ## this list
	@$(AWK) -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo '  V=1 shows the commands; B=dir CFLAGS=… CC=… build elsewhere, with other flags, side by side'

$(B)/ipckit: $(call objects,common/main.c $(KIT_SRC) $(ROW_SRC)) $(B)/registry.o
$(B)/ipckit-fixtures: $(call objects,common/main.c $(KIT_SRC) $(FIX_SRC)) $(B)/fixtures.o
$(B)/ipckit-columns: $(call objects,common/main.c $(KIT_SRC) $(COL_SRC)) $(B)/columns.o
$(UNITS) $(BENCHES) $(FUZZERS): $(B)/%: $(B)/%.o $(call objects,$(KIT_SRC) $(ROW_SRC)) $(B)/registry.o
$(UNITS): UNIT_LDLIBS = $(call ask,--libs,cmocka)
$(call objects,$(UNIT_SRC)): UNIT_CFLAGS = $(call ask,--cflags,cmocka)

$(FUZZERS): KIT_LDFLAGS += -fsanitize=fuzzer
$(B)/tests/fuzz/fuzz_journal: KIT_LDFLAGS += -Wl,--wrap=objects_remove

$(PROGRAMS) $(FUZZERS): $(B)/sources
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(KIT_LDFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) \
	$(UNIT_LDLIBS) $(LIB_LDLIBS) $(KIT_LDLIBS) $(LDLIBS)

# What is generated comes first, so that a missing library is noticed before anything runs beside it.
$(call objects,$(ALL_SRC)): $(B)/%.o: %.c $(B)/flags | $(GENERATED)
	$(compile)
$(B)/registry.o $(B)/fixtures.o $(B)/columns.o: %.o: %.c $(B)/flags | $(GENERATED)
	$(compile)

define compile
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(KIT_CPPFLAGS) $(LIB_CFLAGS) $(UNIT_CFLAGS) $(CPPFLAGS) $(KIT_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
endef

# Made every time, but only touched when they changed: a file that came, went or got a new name is noticed.
$(B)/registry.c: $(ROW_SRC) $(PROBE_SRC)
$(B)/fixtures.c: $(FIX_SRC) $(PROBE_SRC)
$(B)/columns.c: $(COL_SRC) $(PROBE_SRC)
$(B)/registry.c $(B)/fixtures.c $(B)/columns.c: common/registry.awk FORCE | $(B)
	$(Q)LC_ALL=C $(AWK) -f common/registry.awk $(filter %.c,$^) >$@.new
	$(Q)if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(B)/flags: export TEXT = $(CC) $(KIT_CPPFLAGS) $(CPPFLAGS) $(KIT_CFLAGS) $(CFLAGS) $(KIT_LDFLAGS) $(LDFLAGS) $(KIT_LDLIBS) $(LDLIBS)
$(B)/sources: export TEXT = $(ALL_SRC)
$(B)/flags $(B)/sources: FORCE | $(B)
	$(Q)printf '%s\n' "$$TEXT" | cmp -s - $@ || printf '%s\n' "$$TEXT" >$@

$(B): | $(AFTER_DEPS)
	$(Q)mkdir -p $@

.PHONY: all run-all run matrix pick readme check torture bench bench-targets plots bench-cell fuzz fuzzers stress models portability analyze fresh-debian lint format programs install uninstall deps clean help FORCE
-include $(patsubst %.o,%.d,$(call objects,$(ALL_SRC)) $(B)/registry.o $(B)/fixtures.o $(B)/columns.o)
