# Man pages from the manual at the top of each main.c.

manuals := $(patsubst modules/%/main.c,build/man/%.stamp,$(wildcard modules/*/main.c))

.PHONY: docs
docs: $(manuals) ## man pages into build/man

build/man/ctl.stamp: modules/ctl/main.c make.d/man.awk
	@mkdir -p $(@D)
	$(SAY) MAN kontorctl.8
	$(Q)awk -v name=kontorctl -v version=$(version) -f make.d/man.awk $< > build/man/kontorctl.8 && touch $@

build/man/%.stamp: modules/%/main.c make.d/man.awk
	@mkdir -p $(@D)
	$(SAY) MAN kontor-$*.8
	$(Q)awk -v name=kontor-$* -v version=$(version) -f make.d/man.awk $< > build/man/kontor-$*.8 && touch $@
