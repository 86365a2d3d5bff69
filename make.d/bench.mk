# Measurements, no test: tests/bench/README.md.

build/release/bench/floor: tests/bench/floor.c
	$(SAY) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c17 $(defines) $(warnings) $(hardening) $(CPPFLAGS) $(CFLAGS) $(subst -I,-isystem,$(pkg_cflags)) \
	    $(LDFLAGS) -o $@ $< $(shell pkg-config --libs fcgi libmariadb jansson)

.PHONY: bench-programs bench-build bench bench-pages bench-memory bench-rows bench-timers bench-sign-on
bench-programs: all docs build/release/bench/floor

# `deps` may bring what the build needs, so that the build has to be a make of its own.
bench-build:
	@tests/stack/deps test
	@$(MAKE) --no-print-directory bench-programs
	@$(MAKE) --no-print-directory $(program_bins:build/$(VARIANT)/%=build/fault/%) VARIANT=fault

bench: bench-build ## CPU time per page against the floor, memory, sign-on (bench-rows: rows read, bench-timers: due timers)
	@tests/bench/run pages memory sign-on

bench-pages bench-memory bench-rows bench-timers bench-sign-on: bench-build
	@tests/bench/run $(@:bench-%=%)

# The engine alone: no stack, half a minute.
$(B)/bench/process: $(B)/obj/tests/bench/process.o $(below_process:%=$(B)/lib/%.a)
	$(SAY) LINK $@
	@mkdir -p $(@D)
	$(Q)$(link) -o $@ $< -Wl,--start-group $(below_process:%=$(B)/lib/%.a) -Wl,--end-group $(pkg_libs)

.PHONY: bench-process
bench-process: $(B)/bench/process ## the process engine: compiling against libxml2, steps
	@$<
