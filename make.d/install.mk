# make install / uninstall: GNU variables, DESTDIR, and what the nginx files need to know.

PREFIX_PATH ?= /
SITE_NAME ?= Kontor
CONTACT_MAIL ?= kontor@example.org
NGINX_GROUP ?= www-data
LIMIT_PAGES ?= 50r/s
LIMIT_LOGIN ?= 2r/s
runstatedir ?= /run
nginxdir ?= $(sysconfdir)/nginx
systemdunitdir ?= $(prefix)/lib/systemd/system
sysusersdir ?= $(prefix)/lib/sysusers.d
tmpfilesdir ?= $(prefix)/lib/tmpfiles.d

kontor_datadir = $(datarootdir)/kontor
kontor_statedir = $(localstatedir)/lib/kontor
kontor_rundir = $(runstatedir)/kontor

# Fills the at-sign names; at the root there is no bare prefix to redirect from.
fill = sed -e 's|@prefix@|$(PREFIX_PATH)|g' -e 's|@prefix_bare@|$(PREFIX_PATH:%/=%)|g' \
       -e 's|@site_name@|$(SITE_NAME)|g' -e 's|@contact_mail@|$(CONTACT_MAIL)|g' \
       -e 's|@version@|$(version)|g' -e 's|@nginxgroup@|$(NGINX_GROUP)|g' \
       -e 's|@limit_pages@|$(LIMIT_PAGES)|g' -e 's|@limit_login@|$(LIMIT_LOGIN)|g' \
       -e 's|@rundir@|$(kontor_rundir)|g' -e 's|@datadir@|$(kontor_datadir)|g' \
       -e 's|@storedir@|$(kontor_statedir)/store|g' -e 's|@statedir@|$(kontor_statedir)|g' \
       -e 's|@nginxdir@|$(nginxdir)|g' -e 's|@libexecdir@|$(libexecdir)|g' \
       -e 's|@sysconfdir@|$(sysconfdir)|g' $(if $(filter /,$(PREFIX_PATH)),-e '/\# not at the root/d')

# $(call put,SOURCE,TARGET): fill and install one text file.
define put
$(Q)mkdir -p "$(DESTDIR)$(dir $(2))" && $(fill) "$(1)" > "$(DESTDIR)$(2).new" && \
    chmod 0644 "$(DESTDIR)$(2).new" && mv -f "$(DESTDIR)$(2).new" "$(DESTDIR)$(2)"

endef

define put_guard
$(Q)mkdir -p "$(DESTDIR)$(nginxdir)/snippets" && $(fill) -e 's|@right@|$(1)|g' nginx/kontor-guard.conf \
    > "$(DESTDIR)$(nginxdir)/snippets/kontor-guard-$(1).conf.new" && \
    chmod 0644 "$(DESTDIR)$(nginxdir)/snippets/kontor-guard-$(1).conf.new" && \
    mv -f "$(DESTDIR)$(nginxdir)/snippets/kontor-guard-$(1).conf.new" "$(DESTDIR)$(nginxdir)/snippets/kontor-guard-$(1).conf"

endef

nginx_files = conf.d/kontor.conf kontor_params kontor_gate_params $(patsubst nginx/%,%,$(wildcard nginx/snippets/*.conf))
# One file per right that a guard may ask for; the table of rights is C.
guard_rights = $(shell sed -n 's/^ *\[RIGHT_[A-Z_]*\] = "\([a-z-]*\)",$$/\1/p' modules/lib/auth/rights.c | grep -vx public)
guard_files = $(patsubst %,snippets/kontor-guard-%.conf,$(guard_rights))
unit_files = $(notdir $(wildcard nginx/systemd/*.service nginx/systemd/*.socket))
manual_files = $(notdir $(wildcard build/man/*.8))
page_files = $(notdir $(wildcard build/static/pages/*.html))

.PHONY: check-install-variables
check-install-variables:
	@case '$(PREFIX_PATH)' in /|/*/) ;; *) echo 'PREFIX_PATH must begin and end with /' >&2; exit 2;; esac

.PHONY: install
install: check-install-variables all docs ## install (DESTDIR=, prefix=, sysconfdir=, PREFIX_PATH=/portal/)
	$(Q)$(MAKE) --no-print-directory install-files

# A make of its own, so that the lists above see what `all` has just built.
.PHONY: install-files
install-files:
	$(Q)$(INSTALL) -d '$(DESTDIR)$(bindir)' '$(DESTDIR)$(libexecdir)/kontor' '$(DESTDIR)$(mandir)/man8' \
	    '$(DESTDIR)$(sysconfdir)/kontor'
	$(Q)$(INSTALL) -m 0755 $(B)/bin/kontorctl '$(DESTDIR)$(bindir)/kontorctl'
	$(Q)$(INSTALL) -m 0755 $(foreach p,$(programs),$(B)/bin/kontor-$(p)) '$(DESTDIR)$(libexecdir)/kontor/'
	$(Q)rm -rf '$(DESTDIR)$(kontor_datadir)'
	$(Q)$(INSTALL) -d '$(DESTDIR)$(kontor_datadir)/templates' '$(DESTDIR)$(kontor_datadir)/locale' \
	    '$(DESTDIR)$(kontor_datadir)/static' '$(DESTDIR)$(kontor_datadir)/processes' '$(DESTDIR)$(kontor_datadir)/sql'
	$(Q)tar -C templates --exclude=README.md --exclude=pages/static -cf - layouts partials pages mail | \
	    tar -C '$(DESTDIR)$(kontor_datadir)/templates' --no-same-owner -xf -
	$(Q)tar -C templates/processes --exclude=README.md --exclude=scenarios -cf - . | \
	    tar -C '$(DESTDIR)$(kontor_datadir)/processes' --no-same-owner -xf -
	$(Q)tar -C nginx/etc -cf - examples | tar -C '$(DESTDIR)$(kontor_datadir)' --no-same-owner -xf -
	$(Q)tar -C sql --exclude=README.md -cf - . | tar -C '$(DESTDIR)$(kontor_datadir)/sql' --no-same-owner -xf -
	$(Q)$(INSTALL) -m 0644 build/catalogues/*.mo '$(DESTDIR)$(kontor_datadir)/locale/'
	$(Q)$(INSTALL) -m 0644 $$(find build/static -maxdepth 1 -type f) '$(DESTDIR)$(kontor_datadir)/static/'
	$(Q)chmod -R u=rwX,go=rX '$(DESTDIR)$(kontor_datadir)'
	$(Q)$(if $(manual_files),$(INSTALL) -m 0644 $(addprefix build/man/,$(manual_files)) '$(DESTDIR)$(mandir)/man8/')
	$(foreach f,$(page_files),$(call put,build/static/pages/$(f),$(kontor_datadir)/pages/$(f)))
	$(Q)$(MAKE) --no-print-directory install-nginx install-units
	$(call put,nginx/etc/kontor.conf,$(kontor_datadir)/kontor.conf.example)
	$(Q)[ -e '$(DESTDIR)$(sysconfdir)/kontor/kontor.conf' ] || \
	    $(INSTALL) -m 0644 '$(DESTDIR)$(kontor_datadir)/kontor.conf.example' '$(DESTDIR)$(sysconfdir)/kontor/kontor.conf'

.PHONY: install-nginx
install-nginx: check-install-variables
	$(foreach f,$(nginx_files),$(call put,nginx/$(f),$(nginxdir)/$(f)))
	$(foreach r,$(guard_rights),$(call put_guard,$(r)))

.PHONY: install-units
install-units:
	$(foreach f,$(unit_files),$(call put,nginx/systemd/$(f),$(systemdunitdir)/$(f)))
	$(call put,nginx/systemd/kontor.sysusers,$(sysusersdir)/kontor.conf)
	$(call put,nginx/systemd/kontor.tmpfiles,$(tmpfilesdir)/kontor.conf)

.PHONY: uninstall
uninstall: ## remove what install put there, but the configuration and the documents
	$(Q)rm -f '$(DESTDIR)$(bindir)/kontorctl' $(foreach f,$(nginx_files) $(guard_files),'$(DESTDIR)$(nginxdir)/$(f)') \
	    $(foreach f,$(unit_files),'$(DESTDIR)$(systemdunitdir)/$(f)') \
	    '$(DESTDIR)$(sysusersdir)/kontor.conf' '$(DESTDIR)$(tmpfilesdir)/kontor.conf' \
	    '$(DESTDIR)$(mandir)'/man8/kontor-*.8 '$(DESTDIR)$(mandir)/man8/kontorctl.8'
	$(Q)rm -rf '$(DESTDIR)$(libexecdir)/kontor' '$(DESTDIR)$(kontor_datadir)'
