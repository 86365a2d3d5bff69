# Front end: npm packages, style sheet, script, fonts and the static pages of nginx.

# A newer Node that `make deps` fetched goes before the system's.
export PATH := $(CURDIR)/build/tools/bin:$(PATH)

node_modules/.package-lock.json: package.json package-lock.json
	$(SAY) NPM "$(words $^) files"
	$(Q)npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	$(Q)touch $@

asset_sources := $(wildcard templates/static/* templates/pages/static/*)

.PHONY: assets
assets: build/static/manifest.json ## build style sheet, script and static pages

build/static/manifest.json: $(asset_sources) node_modules/.package-lock.json
	$(Q)node templates/static/build.mjs build/static
