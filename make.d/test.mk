# make test and its parts. tests/run orders them; each part can be run alone.

.PHONY: test lint compile-clang integration browser fuzz-replay bless differential
test: ## everything: unit tests, lints, fuzz corpus, integration and browser tests
	@tests/run

lint: ## layers, homes of libraries and of SQL, headers alone, format, nginx files, READMEs, texts
	@tests/lint/run

page_tests := $(patsubst tests/unit/%.c,build/asan/unit/%,$(wildcard tests/unit/*/test_every_page.c))

.PHONY: pages
pages: assets ## every page template in both languages through the Nu HTML checker
	@rm -rf build/pages
	@$(MAKE) --no-print-directory unit VARIANT=asan unit_tests='$(page_tests)'
	@tests/check-pages

# clang has other warnings than gcc: every object, nothing linked. (make compile-clang VARIANT=clang)
compile-clang: $(patsubst %.c,$(B)/obj/%.o,$(wildcard modules/*/*.c modules/lib/*/*.c modules/lib/*/*/*.c tests/unit/*/*.c tests/tools/*.c))

# Programs of tests alone: tests/tools/<name>.c, linked with the layers up to auth.
test_tools := $(patsubst tests/tools/%.c,%,$(wildcard tests/tools/*.c))
$(B)/tools/%: $(B)/obj/tests/tools/%.o $(patsubst %,$(B)/lib/%.a,auth formats text base)
	$(SAY) LINK $@
	@mkdir -p $(@D)
	$(Q)$(link) -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(pkg_libs)

integration: all docs ## tests on the real stack, programs with sanitizers (TEST=file to run one)
	@$(MAKE) --no-print-directory $(program_bins:build/$(VARIANT)/%=build/asan/%) \
	    $(test_tools:%=build/asan/tools/%) VARIANT=asan
	@tests/run-suite integration $(TEST)

golden_unit_tests = $(page_tests) build/asan/unit/mail/test_mail_golden build/asan/unit/process/test_diagram
golden_tests := $(addprefix tests/integration/,$(addsuffix .test.mjs,routes schema statements plans))
bless: ## rewrite the golden files in tests/golden; git diff shows what changed
	@BLESS=1 $(MAKE) --no-print-directory unit VARIANT=asan unit_tests='$(golden_unit_tests)'
	@BLESS=1 $(MAKE) --no-print-directory integration TEST='$(golden_tests)'
	@git --no-pager diff --stat -- tests/golden sql/schema.sql

browser: all docs ## tests in Chromium on the release build (TEST=file to run one)
	@tests/run-suite browser $(TEST)

differential: node_modules/.package-lock.json ## processes and FEEL by Kontor and by other engines (tests/differential)
	@$(MAKE) --no-print-directory build/release/bin/kontorctl VARIANT=release
	@node --test --test-reporter=spec tests/differential/*.test.mjs

# ---- fuzz targets: tests/fuzz/fuzz_<what>.c, corpus in tests/fuzz/corpus/<what>/ -----------------

fuzz_targets := $(patsubst tests/fuzz/%.c,build/fuzz/bin/%,$(wildcard tests/fuzz/fuzz_*.c))

build/fuzz/bin/fuzz_%: build/fuzz/obj/tests/fuzz/fuzz_%.o $(layers:%=build/fuzz/lib/%.a)
	$(SAY) LINK $@
	@mkdir -p $(@D)
	$(Q)$(link) -fsanitize=fuzzer -o $@ $< -Wl,--start-group $(layers:%=build/fuzz/lib/%.a) -Wl,--end-group $(pkg_libs)

fuzz-targets: $(if $(filter fuzz,$(VARIANT)),$(fuzz_targets))

fuzz-replay: ## every input of the fuzz corpora once
	@$(MAKE) --no-print-directory fuzz-targets VARIANT=fuzz
	@tests/fuzz-replay $(fuzz_targets)
