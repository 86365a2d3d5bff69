# Measurements, no test: tests/bench/README.md.

build/release/bench/floor: tests/bench/floor.c
	$(SAY) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c17 $(defines) $(warnings) $(hardening) $(CPPFLAGS) $(CFLAGS) $(subst -I,-isystem,$(pkg_cflags)) \
	    $(LDFLAGS) -o $@ $< $(shell pkg-config --libs fcgi libmariadb jansson)

.PHONY: bench-build bench bench-pages bench-memory bench-rows
bench-build: all docs build/release/bench/floor
	@$(MAKE) --no-print-directory $(program_bins:build/$(VARIANT)/%=build/fault/%) VARIANT=fault

bench: bench-build ## CPU time per page against the floor, memory (bench-rows: rows read)
	@tests/bench/run pages memory

bench-pages bench-memory bench-rows: bench-build
	@tests/bench/run $(@:bench-%=%)
