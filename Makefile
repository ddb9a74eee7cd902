# The kit's build: `make help` lists the targets, and everything that is made goes to $(B).
# CC, OBJCOPY, CPPFLAGS, CFLAGS, LDFLAGS and LDLIBS belong to the user; what the kit itself needs is in KIT_… and LIB_….

B          = build
PREFIX     ?= /usr/local
CFLAGS     ?= -O2 -g
PKG_CONFIG ?= pkg-config
OBJCOPY    ?= objcopy
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
KIT_SRC   := $(filter-out common/main.c,$(call files,common/*.c common/*/*.c common/grade/formats/*.c))
ROW_SRC   := $(call files,variants/*.c)
FIX_SRC   := $(call files,tests/fixtures/*.c)
COL_SRC   := $(call files,tests/fixtures/columns/*.c)
WARDEN_SRC := $(call files,common/grade/warden/*.c)
RUNNER_SRC := $(call files,common/grade/runner/*.c)
UNIT_SRC  := $(call files,tests/unit/test_*.c)
BENCH_SRC := $(call files,tests/bench/*.c)
# The grader's only where there is one.
FUZZ_SRC  := $(filter-out $(if $(wildcard common/grade/predict.c),,%/fuzz_predict.c %/fuzz_report.c %/fuzz_graded.c),$(call files,tests/fuzz/fuzz_*.c))
ALL_SRC   := common/main.c $(KIT_SRC) $(ROW_SRC) $(FIX_SRC) $(COL_SRC) $(UNIT_SRC) $(BENCH_SRC) $(FUZZ_SRC)
UNITS     := $(UNIT_SRC:%.c=$(B)/%)
BENCHES   := $(BENCH_SRC:%.c=$(B)/%)
FUZZERS   := $(FUZZ_SRC:%.c=$(B)/%)
PROGRAMS  := $(B)/ipckit $(B)/ipckit-fixtures $(B)/ipckit-columns $(UNITS) $(BENCHES)

# What grading needs beside the program: the warden, the runner that an answer is linked with, the header that it may
# include, and answers that are known to be right or wrong. No seccomp library, no warden: the rest builds without it.
# Its parts have objects of their own: what runs in the sandbox has no room for a sanitizer.
part_objects = $(patsubst %.c,$(B)/grade/objects/%.o,$1)
OBJECT_CFLAGS = $(CFLAGS)
PART_CFLAGS  = $(filter-out -fsanitize% -fno-sanitize%,$(CFLAGS))
SAMPLES   := $(foreach r,malloc mmap_shared pipe shm_open posix_mq shm_sem unix_stream,$(if $(wildcard variants/$r.c),$r))
WARDEN    := $(B)/grade/ipckit-warden
GRADE_PARTS := $(B)/grade/runner.o $(B)/grade/variant.h $(SAMPLES:%=$(B)/grade/sample-%)
HAS_SECCOMP = $(eval HAS_SECCOMP := $(shell $(PKG_CONFIG) --exists libseccomp 2>/dev/null && echo yes))$(HAS_SECCOMP)

TEXTS     := $(B)/cards.c $(B)/silenced.c
GENERATED := $(B)/sources $(B)/registry.c $(B)/fixtures.c $(B)/columns.c $(TEXTS)
SPACED    := $(filter-out %.c,$(ALL_SRC))
$(if $(SPACED),$(error $(firstword $(SPACED)) …: the name of a source file must not contain a space))

Q   = $(if $(filter 1,$(V)),,@)
say = @$(if $(filter 1,$(V)),:,printf '  %-4s %s\n' $1 '$2')

all: $(B)/ipckit grading ## build the program, build/ipckit (the default)

run-all: $(B)/ipckit ## run every row and print the table
	@$< run $(ARGS)

run: $(B)/ipckit ## run some rows: make run ROW='malloc pipe' [ARGS=--format=json]
	@$< run $(ARGS) $(ROW)

grade: LEVEL ?= L1
grade: export SUBMISSION = $(or $(ANSWER),answers/$(LEVEL).$(if $(filter L0 L7,$(LEVEL)),csv,c))
grade: all ## grade an answer: make grade LEVEL=L1 [ANSWER=answers/L1.c ATTEMPT=1 ARGS=--format=json]
	@$(B)/ipckit grade --level '$(LEVEL)' $(if $(ATTEMPT),--attempt '$(ATTEMPT)') $(ARGS) "$$SUBMISSION"

gradescope: ##+ pack build/gradescope.zip, an autograder to upload: make gradescope [LEVEL=L1]
	@sh common/grade/platforms/pack.sh gradescope '$(or $(LEVEL),L1)' '$(B)'

autolab: ##+ pack build/autolab.tar, an assessment to install: make autolab [LEVEL=L1]
	@sh common/grade/platforms/pack.sh autolab '$(or $(LEVEL),L1)' '$(B)'

# Whether its library is here is asked when this is read, so where `deps` comes first another make has to ask.
grading: $(if $(AFTER_DEPS),$(B)/ipckit,$(if $(call no_tool,$(OBJCOPY)),,$(GRADE_PARTS)) $(if $(HAS_SECCOMP),$(WARDEN))) ## build what grading needs beside the program
	$(if $(AFTER_DEPS),$(Q)$(MAKE) --no-print-directory grading)

matrix: $(B)/ipckit ## ask every question of each row: make matrix [ROW=… ARGS=--columns=eof,exec]
	@$< matrix $(ARGS) $(ROW)

pick: $(B)/ipckit ## rows that meet your needs: make pick NEED=blocks,framing=message [MIN=max_message=1M]
	@$< pick $(if $(NEED),--need='$(NEED)') $(if $(MIN),--min='$(MIN)') $(ARGS) $(ROW)

exercise: ## a working copy of a level's starter: make exercise LEVEL=L1 [ANSWER=file]
	@sh common/grade/exercise.sh '$(LEVEL)' '$(ANSWER)'

handout: ##+ what students get, without answers: build/handout.tar.gz
	@sh common/grade/handout.sh $(B)/handout.tar.gz

handout-check: all handout ##+ prove that it builds and runs, that its starters fail, and that no answer is in it
	@CC='$(CC)' sh tests/handout.sh $(B)/handout.tar.gz

readme: $(B)/ipckit places ##+ make the output blocks and pictures of README.md anew; 8 minutes on a calm machine
	$(Q)sh tests/readme.sh $< $(B)/places.md >$(B)/README.md && cp $(B)/README.md README.md
	$(Q)$(MAKE) plots ROW='mmap_shared shm_futex shm_ring pipe socketpair tcp posix_mq file'
	$(Q)cp $(B)/plots/*.svg common/bench/plots

places: $(B)/ipckit ##+ run all rows and columns in restricted places, and print what works where; some 4 minutes
	@bash tests/places.sh $< >$(B)/places.md; status=$$?; cat $(B)/places.md; [ $$((status % 77)) -eq 0 ]

check: $(PROGRAMS) grading | $(AFTER_DEPS) ##+ run all tests: units (cmocka), then commands (bats)
	@sh tests/check.sh $(B) '!slow' $(UNITS)

check-slow: $(PROGRAMS) grading ##+ the command tests that take longer: 4 minutes more
	@sh tests/check.sh $(B) slow

torture: $(B)/ipckit grading ##+ all that takes long: load, kills, faults, fuzzing, other machines; some 4 hours; make torture [PARTS='faults stress']
	@IPCKIT='$(abspath $<)' B='$(B)' MAKE='$(MAKE)' CC='$(CC)' bash tests/torture/all.sh $(PARTS)

SECONDS = 600
fuzz: ##+ feed all parsers with nonsense, by libFuzzer: make fuzz [SECONDS=30]; 600 seconds
	@command -v clang >/dev/null || { echo 'not found: clang; `make deps` installs it' >&2; exit 1; }
	@$(MAKE) B=$(B)/fuzz CC=clang CFLAGS='$(FUZZ_CFLAGS)' fuzzers >/dev/null
	@bash tests/fuzz/fuzz.sh $(B)/fuzz/corpus $(SECONDS) $(FUZZERS:$(B)/%=$(B)/fuzz/%)

FUZZ_CFLAGS = -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined,float-cast-overflow \
	-fno-sanitize-recover=all

fuzzers: $(FUZZERS) ##+ build the fuzzers; they need clang, and the flags that `make fuzz` has

stress: ##+ the hand-over through shm_ring and shm_futex, a million times, and with bugs put in; some 5 minutes
	@bash tests/stress/stress.sh $(B)/stress

models: ##+ the same, every order of steps, by spin; some 20 seconds
	@bash tests/models/models.sh $(B)/models || [ $$? -eq 77 ]

portability: $(B)/ipckit ##+ other compilers, libcs and machines, as far as they are here; some 15 minutes
	@IPCKIT=$< bash tests/portability.sh $(B)/portability

# Not of leaks: this analyzer loses sight of what an array element points to; and it takes what family_pulse() returns for unset.
ANALYZE_CFLAGS = -O2 -g -fanalyzer -Wno-analyzer-malloc-leak -Werror
analyze: ## gcc -fanalyzer over the program; some 60 seconds
	@$(MAKE) B=$(B)/analyze CC=gcc CFLAGS='$(ANALYZE_CFLAGS)' -k $(B)/analyze/ipckit
	@$(MAKE) B=$(B)/analyze-grade CC=gcc CFLAGS='$(ANALYZE_CFLAGS) -Wno-analyzer-use-of-uninitialized-value' -k grading

fresh-machine: ##+ Debian 12 and 13 with nothing but git and make, as root: make deps run-all, make deps check; some 30 minutes
	@bash tests/fresh.sh $(B)/fresh bookworm run-all check
	@bash tests/fresh.sh $(B)/fresh trixie run-all check

bench: $(B)/ipckit ##+ latency and throughput of each row: make bench [ROW=… ARGS='--sizes=8,64K --time=20']
	@$< bench $(ARGS) $(ROW)

bench-targets: $(B)/ipckit ##+ what the bench must reach, line by line; some 3 minutes on a calm machine
	@IPCKIT='$(abspath $<)' bash tests/bench/targets.sh

plots: $(B)/ipckit ##+ curves over the size of a message, and of fork(), as SVG and PNG: $(B)/plots
	@command -v gnuplot >/dev/null || { echo 'not found: gnuplot; `make deps` installs it' >&2; exit 1; }
	@$< bench --sizes=8,64,512,4K,32K,256K,1M --time=90 --format=json --output=$(B)/bench.json $(ARGS) $(ROW)
	@$< bench --from=$(B)/bench.json --plots=$(B)/plots >$(B)/bench.txt
	@$< cow --plots=$(B)/plots >$(B)/cow.txt
	@cd $(B)/plots && for plot in *.gp; do gnuplot "$$plot" || exit; done
	@ls $(B)/plots/*.svg $(B)/plots/*.png

bench-cell: $(B)/tests/bench/cell ##+ what a cell costs, as a multiple of bare processes
	@$< pipe malloc

lint: | $(AFTER_DEPS) ##+ clang-format, shellcheck, cppcheck, clang-tidy; gcc and clang without a warning, _FORTIFY_SOURCE=3
	@status=0; sh tests/lint.sh $(KIT_CPPFLAGS) $(LIB_CFLAGS) $(CPPFLAGS) $(KIT_CFLAGS) || status=1; \
	for cc in gcc clang; do command -v $$cc >/dev/null || continue; echo "  LINT $$cc"; \
	$(MAKE) B=$(B)/lint-$$cc CC=$$cc CFLAGS='-O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -Werror' programs grading >/dev/null || status=1; done; exit $$status

format: ##+ lay the C files out as lint wants them
	clang-format -i $(shell find common variants tests -name "*.[ch]")

programs: $(PROGRAMS) ##+ build the program and the test programs

install: all ## install under $(DESTDIR)$(PREFIX)
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/share/doc/ipckit' '$(DESTDIR)$(PREFIX)/libexec/ipckit'
	install -m 755 $(wildcard $(WARDEN)) $(filter $(B)/grade/sample-%,$(GRADE_PARTS)) '$(DESTDIR)$(PREFIX)/libexec/ipckit'
	install -m 644 $(B)/grade/runner.o $(B)/grade/variant.h '$(DESTDIR)$(PREFIX)/libexec/ipckit'
	install $(B)/ipckit '$(DESTDIR)$(PREFIX)/bin/ipckit'
	install -m 644 $(wildcard README.md) LICENSE '$(DESTDIR)$(PREFIX)/share/doc/ipckit'

uninstall: ## remove what install has put there
	rm -f '$(DESTDIR)$(PREFIX)/bin/ipckit'
	rm -rf '$(DESTDIR)$(PREFIX)/share/doc/ipckit' '$(DESTDIR)$(PREFIX)/libexec/ipckit'

deps: ## install what building and testing need, by the system's package manager; FOR=grading: only what grading needs, FOR=torture: what make torture does
	@CC='$(CC)' PKG_CONFIG='$(PKG_CONFIG)' AWK='$(AWK)' FOR='$(FOR)' sh common/deps.sh

clean: ## remove $(B)
	@test ! -e $(B) || test -e $(B)/flags || { echo '$(B): not made by this Makefile' >&2; exit 1; }
	$(Q)rm -rf $(B)

# A plus is at what needs files that are not in the handout.
help: ## this list
	@$(AWK) -F ':.*##[+]? ' '/^[a-z-]+:.*##$(if $(wildcard tests/check.sh),[+]?) / { printf "  %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo '  V=1 shows the commands; B=dir CFLAGS=… CC=… build elsewhere, with other flags, side by side'

# From there no answer may be read, wherever the program is installed to.
$(B)/common/grade/parts.o: private UNIT_CFLAGS = -DIPCKIT_TREE='"$(CURDIR)"'

$(B)/ipckit: $(call objects,common/main.c $(KIT_SRC) $(ROW_SRC)) $(B)/registry.o
$(B)/ipckit-fixtures: $(call objects,common/main.c $(KIT_SRC) $(FIX_SRC)) $(B)/fixtures.o
$(B)/ipckit-columns: $(call objects,common/main.c $(KIT_SRC) $(COL_SRC)) $(B)/columns.o
$(UNITS) $(BENCHES) $(FUZZERS): $(B)/%: $(B)/%.o $(call objects,$(KIT_SRC) $(ROW_SRC)) $(B)/registry.o
$(UNITS): UNIT_LDLIBS = $(call ask,--libs,cmocka)
$(call objects,$(UNIT_SRC)): UNIT_CFLAGS = $(call ask,--cflags,cmocka)

$(FUZZERS): KIT_LDFLAGS += -fsanitize=fuzzer
$(B)/tests/fuzz/fuzz_journal: KIT_LDFLAGS += -Wl,--wrap=objects_remove

$(PROGRAMS) $(FUZZERS): $(TEXTS:.c=.o) $(B)/sources
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(KIT_LDFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) \
	$(UNIT_LDLIBS) $(LIB_LDLIBS) $(KIT_LDLIBS) $(LDLIBS)

# Only what its sources need of the kit, and none of the rows.
$(WARDEN): $(call part_objects,$(WARDEN_SRC) common/grade/levels.c common/grade/limit.c common/grade/queues.c common/grade/tree.c common/activity.c common/caps.c common/clock.c common/failure.c \
	common/futex.c common/link_key.c common/maps.c common/objects.c common/report/names.c)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(PART_CFLAGS) $(KIT_LDFLAGS) $(LDFLAGS) -o $@ $^ $(call ask,--libs,libseccomp libcap) $(KIT_LDLIBS) $(LDLIBS)

$(call part_objects,$(WARDEN_SRC)): UNIT_CFLAGS = $(call ask,--cflags,libseccomp)

# Of its names an answer can only reach the two functions that variant.h declares: main() is hidden by build.c.
$(B)/grade/runner.o: $(call part_objects,$(RUNNER_SRC) common/link_key.c)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(PART_CFLAGS) -r -nostdlib -o $@.all $^
	$(Q)$(OBJCOPY) --keep-global-symbol=main --keep-global-symbol=call_failed --keep-global-symbol=link_key $@.all $@
	$(Q)rm $@.all

$(B)/grade/variant.h: common/variant.h
	$(Q)mkdir -p $(@D) && cp $< $@

$(B)/grade/answer-%.o: $(B)/grade/objects/variants/%.o
	$(Q)mkdir -p $(@D)
	$(Q)$(OBJCOPY) --redefine-sym variant_$*=variant_answer --keep-global-symbol=variant_answer $< $@

$(B)/grade/sample-%: $(B)/grade/answer-%.o $(B)/grade/runner.o $(call part_objects,$(wildcard common/transfer.c common/peer.c common/futex.c))
	$(call say,LD,$@)
	$(Q)$(CC) $(PART_CFLAGS) $(KIT_LDFLAGS) $(LDFLAGS) -o $@ $^ -lrt -lpthread $(LDLIBS)

$(B)/grade/objects/%.o: private OBJECT_CFLAGS = $(PART_CFLAGS)
$(B)/grade/objects/%.o: %.c $(B)/flags | $(GENERATED)
	$(compile)

# What is generated comes first, so that a missing library is noticed before anything runs beside it.
$(call objects,$(ALL_SRC)): $(B)/%.o: %.c $(B)/flags | $(GENERATED)
	$(compile)
$(B)/registry.o $(B)/fixtures.o $(B)/columns.o $(TEXTS:.c=.o): %.o: %.c $(B)/flags | $(GENERATED)
	$(compile)

define compile
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(KIT_CPPFLAGS) $(LIB_CFLAGS) $(UNIT_CFLAGS) $(CPPFLAGS) $(KIT_CFLAGS) $(OBJECT_CFLAGS) -MMD -MP -c -o $@ $<
endef

# Made every time, but only touched when they changed: a file that came, went or got a new name is noticed.
$(B)/registry.c: $(ROW_SRC) $(PROBE_SRC)
$(B)/fixtures.c: $(FIX_SRC) $(PROBE_SRC)
$(B)/columns.c: $(COL_SRC) $(PROBE_SRC)
$(B)/registry.c $(B)/fixtures.c $(B)/columns.c: common/registry.awk FORCE | $(B)
	$(Q)LC_ALL=C $(AWK) -f common/registry.awk $(filter %.c,$^) >$@.new
	$(Q)if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

# The scenario cards of level L7 are a part of the program: what a student does to the file changes nothing.
$(B)/cards.c: variants/exercise/cards.csv
$(B)/silenced.c: common/grade/silenced.awk
$(TEXTS): $(B)/%.c: common/text.awk | $(B)
	$(Q)LC_ALL=C $(AWK) -v name=$*_text -f $< $(filter-out $<,$^) >$@

$(B)/flags: export TEXT = $(CC) $(KIT_CPPFLAGS) $(CPPFLAGS) $(KIT_CFLAGS) $(CFLAGS) $(KIT_LDFLAGS) $(LDFLAGS) $(KIT_LDLIBS) $(LDLIBS)
$(B)/sources: export TEXT = $(ALL_SRC)
$(B)/flags $(B)/sources: FORCE | $(B)
	$(Q)printf '%s\n' "$$TEXT" | cmp -s - $@ || printf '%s\n' "$$TEXT" >$@

$(B): | $(AFTER_DEPS)
	$(Q)mkdir -p $@

.SECONDARY: $(SAMPLES:%=$(B)/grade/answer-%.o) $(call part_objects,$(SAMPLES:%=variants/%.c) common/transfer.c common/peer.c common/futex.c)
.PHONY: all grade grading gradescope autolab run-all run matrix pick exercise handout handout-check readme places check check-slow torture bench bench-targets plots bench-cell fuzz fuzzers stress models portability analyze fresh-machine lint format programs install uninstall deps clean help FORCE
-include $(patsubst %.o,%.d,$(call objects,$(ALL_SRC)) $(B)/registry.o $(B)/fixtures.o $(B)/columns.o) $(wildcard $(B)/grade/objects/*/*.d $(B)/grade/objects/*/*/*.d $(B)/grade/objects/*/*/*/*.d)
