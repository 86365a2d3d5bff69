# Kontor. `make help` lists the targets.
#
# One Makefile, no recursion. Sources are found by folder, so a new .c file needs no edit here.
# Output goes to build/<variant>/; variants: release (default), asan, clang, fault.

SHELL := /bin/bash
.DELETE_ON_ERROR:
.SUFFIXES:
# Objects that only a pattern rule names are kept too.
.SECONDARY:
.DEFAULT_GOAL := all

VARIANT ?= release
B := build/$(VARIANT)
V ?= 0
ifeq ($(V),0)
Q := @
SAY = @printf '  %-6s %s\n'
else
Q :=
SAY = @true
endif

# GNU variables; what the operator sets is kept.
prefix ?= /usr
exec_prefix ?= $(prefix)
bindir ?= $(exec_prefix)/bin
libexecdir ?= $(exec_prefix)/libexec
datarootdir ?= $(prefix)/share
mandir ?= $(datarootdir)/man
sysconfdir ?= /etc
localstatedir ?= /var
INSTALL ?= install

PORT ?= 8080
RUN ?= .run
export PORT RUN

# ---- tools and flags --------------------------------------------------------------------------

CC = gcc
ifneq ($(filter clang fuzz,$(VARIANT)),)
CC = clang
endif
CFLAGS ?= -O2 -g
LDFLAGS ?=

warnings := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
            -Wformat=2 -Wundef -Wwrite-strings -Wpointer-arith -Wcast-qual -Wno-unused-parameter
hardening := -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
version := 0.1.0
defines := -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -DKONTOR_VERSION='"$(version)"'

variant_flags_release := -D_FORTIFY_SOURCE=3
variant_flags_asan := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -DKONTOR_FAULTS
variant_flags_clang := -O1
variant_flags_fault := -DKONTOR_FAULTS
variant_flags_fuzz := -O1 -fsanitize=address,undefined,fuzzer-no-link -fno-omit-frame-pointer -Wno-error
variant_flags := $(variant_flags_$(VARIANT))
variant_ldflags_asan := -fsanitize=address,undefined
variant_ldflags_fuzz := -fsanitize=address,undefined
variant_ldflags := $(variant_ldflags_$(VARIANT))

packages := fcgi libmariadb ldap libmagic jansson libxml-2.0 icu-i18n icu-uc libsodium inih \
            gmime-3.0 libcurl cjose liboath libqrencode libseccomp libpcre2-8 zlib
# Evaluated once, and only by targets that compile (make deps runs before the packages exist).
pkg_cflags = $(eval pkg_cflags := $$(shell pkg-config --cflags $$(packages)))$(pkg_cflags)
# Decimal numbers: a static library without a .pc file.
pkg_libs = $(eval pkg_libs := $$(shell pkg-config --libs $$(packages)) -lbidgcc000 -lm)$(pkg_libs)

compile = $(CC) -std=c17 $(defines) -Imodules/lib -include modules/lib/base/banned.h -MMD -MP \
          $(warnings) $(hardening) $(CPPFLAGS) $(CFLAGS) $(variant_flags) \
          $(subst -I,-isystem,$(pkg_cflags))
link = $(CC) -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS) $(variant_ldflags)

# ---- sources ----------------------------------------------------------------------------------

# Upper layers first: the order in which archives are linked.
layers := app mail store web process bpmn dmn feel file auth db text formats base
layer_archives := $(foreach l,$(layers),$(B)/lib/$(l).a)
responders := login requests uploads dashboard account
programs := $(responders) login-sync scan worker
program_bins := $(foreach p,$(programs),$(B)/bin/kontor-$(p)) $(B)/bin/kontorctl
unit_tests := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/*/test_*.c))

objects = $(patsubst %.c,$(B)/obj/%.o,$(wildcard $(1)/*.c))

.PHONY: all
all: $(program_bins) assets catalogues ## build all programs, assets and catalogues

$(B)/obj/%.o: %.c
	$(SAY) CC $<
	@mkdir -p $(@D)
	$(Q)$(compile) -c $< -o $@

define layer_rule
$(B)/lib/$(1).a: $(call objects,modules/lib/$(1)) $(call objects,modules/lib/$(1)/*)
	@mkdir -p $$(@D); rm -f $$@
	$$(Q)ar rcs $$@ $$^
endef
$(foreach l,$(layers),$(eval $(call layer_rule,$(l))))

define program_rule
$(B)/bin/$(2): $(call objects,modules/$(1)) $(layer_archives)
	$$(SAY) LINK $$@
	@mkdir -p $$(@D)
	$$(Q)$$(link) -o $$@ $(call objects,modules/$(1)) -Wl,--start-group $(layer_archives) -Wl,--end-group $$(pkg_libs)
endef
$(foreach p,$(programs),$(eval $(call program_rule,$(p),kontor-$(p))))
$(eval $(call program_rule,ctl,kontorctl))

# A unit test of a layer links that layer and the ones below it only.
below_base := base
below_formats := formats base
below_text := text formats base
below_db := db formats base
below_auth := auth formats text base
below_file := file formats text base
below_feel := feel formats base
below_bpmn := bpmn feel formats base
below_dmn := dmn feel formats base
below_process := process bpmn dmn feel text formats base
below_web := web db auth file text formats base
below_store := store db process bpmn dmn feel text formats base
below_mail := mail db text formats base
below_app := app store mail process bpmn dmn feel file auth db text formats base
$(foreach p,$(programs) ctl,$(eval below_$(p) := $(p) $(layers)))

# A test of a program may call everything of it but main().
define program_archive_rule
$(B)/lib/$(1).a: $(filter-out %/main.o,$(call objects,modules/$(1)))
	@mkdir -p $$(@D); rm -f $$@
	$$(Q)ar rcs $$@ $$^
endef
$(foreach p,$(programs) ctl,$(eval $(call program_archive_rule,$(p))))

define unit_rule
$(B)/unit/$(1): $(B)/obj/tests/unit/$(1).o $(foreach l,$(below_$(patsubst %/,%,$(dir $(1)))),$(B)/lib/$(l).a)
	$$(SAY) LINK $$@
	@mkdir -p $$(@D)
	$$(Q)$$(link) -o $$@ $$< -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group $$(pkg_libs) -lcmocka
endef
$(foreach t,$(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*/test_*.c)),$(eval $(call unit_rule,$(t))))

.PHONY: unit unit-build
unit-build: $(unit_tests)
unit: $(unit_tests) | catalogues ## run unit tests of this VARIANT (make unit VARIANT=asan)
	$(Q)fail=0; n=0; for t in $^; do n=$$((n + 1)); $$t || { echo "FAILED $$t"; fail=$$((fail + 1)); }; done; \
	echo "unit: $$n test programs, $$fail failed"; [ $$fail = 0 ]

-include make.d/*.mk
-include $(shell find $(B) -name '*.d' 2>/dev/null)

.PHONY: clean
clean: ## remove build output
	rm -rf build

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort -u | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'
