# Catalogues: templates/i18n/parts/*.po merged to de.po, compiled to .mo. English needs none (a msgid
# is the English sentence); en.mo holds a header only, for tools that expect one file a language.

po_parts := $(sort $(wildcard templates/i18n/parts/*.po))
po_headed := $(patsubst templates/i18n/parts/%,build/catalogues/parts/%,$(po_parts))

.PHONY: catalogues pot
catalogues: build/catalogues/de.mo build/catalogues/en.mo ## merge and compile the translations

# A part has no header of its own, so that nobody has to keep ten of them equal.
build/catalogues/parts/%.po: templates/i18n/parts/%.po templates/i18n/header.po
	@mkdir -p $(@D)
	$(Q)cat templates/i18n/header.po $< > $@

build/catalogues/de.po: $(po_headed) templates/i18n/header.po
	@mkdir -p $(@D)
	$(Q)msgcat --use-first --no-wrap --sort-output -o $@ templates/i18n/header.po $(po_headed)

build/catalogues/en.po: templates/i18n/header.po
	@mkdir -p $(@D)
	$(Q)sed 's/^"Language: de/"Language: en/' $< > $@

build/catalogues/%.mo: build/catalogues/%.po
	$(SAY) MSGFMT $@
	$(Q)msgfmt --check --no-hash -o $@ $<

pot: ## list all sentences of templates and C in build/catalogues/kontor.pot
	@mkdir -p build/catalogues
	$(Q)tests/lint/msgids > build/catalogues/kontor.pot
