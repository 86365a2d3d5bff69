# The whole product on this machine with private servers: tests/stack.

.PHONY: deps run start stop status reset
deps: ## install what is missing (Debian packages, Node, npm packages)
	@tests/stack/deps test

# `deps` may bring pkg-config and the libraries, so that the build has to be a make of its own.
run: ## build and run everything in the foreground; Ctrl-C stops (PORT= RUN=)
	@tests/stack/deps run
	@$(MAKE) --no-print-directory all docs
	@SECOND_FACTOR_FOR="$${SECOND_FACTOR_FOR-auditor}" exec tests/stack/stack run

start: ## the same in the background
	@tests/stack/deps run
	@$(MAKE) --no-print-directory all docs
	@tests/stack/stack start

stop: ## end what start started
	@tests/stack/stack stop

status: ## which parts run
	@tests/stack/stack status

reset: ## stop and remove the state folder with all its data
	@tests/stack/stack reset
