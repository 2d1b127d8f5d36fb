## make ambient ARGS="--source 0 --light adalight:/dev/ttyUSB0:60"   sets up what is missing, runs the light
## make test                                                         sets up what is missing, runs lint, types and tests
## make lint                                                         lint and types alone
## make bench                                                        the benchmark; ARGS=--short is CI's form
## make proof                                                        the flash promise with 10,000 examples a property: hours
## make mutation                                                     small faults in the code that promises something: do the tests see them?
## make coverage                                                     which branches the tests take, with a floor a package
## make train-smoke                                                  the whole chain of training on a few faces
## make site                                                         the documentation as a site, in runs/site/html
## make fetch                                                        tries again to have face detector's weights and clip
## make clean                                                        removes what was set up
PYTHON ?= python3
SHELL := /bin/bash
export PYTHON

# An & outside of quotes ends the command for the shell: the rest is lost, and the program runs on in the background.
ifneq (,$(findstring &,$(subst \&,,$(ARGS))))
ifeq (,$(findstring ',$(ARGS))$(findstring ",$(ARGS)))
$(error ARGS has an & that the shell takes for itself: write a comma between a light's options, or put the word in single quotes)
endif
endif

.PHONY: site fuzz mutation coverage proof help ambient test lint train-smoke bench fetch clean soak

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

ambient:
	@export FER_LEVEL=run; . scripts/env.bash && exec python -m fer_bringup.ambient $(ARGS)

# Most tests wait for a graph or a device more than they compute: more processes than cores keep these busy.
WORKERS ?= 5
# Property tests draw new inputs each time; with HYPOTHESIS_SEED=1 they draw what CI does.
SEEDED = $(if $(HYPOTHESIS_SEED),--hypothesis-seed=$(HYPOTHESIS_SEED))
test:
	@export FER_LEVEL=test; . scripts/env.bash && scripts/check && exec python -m pytest -n $(WORKERS) --dist worksteal $(SEEDED) $(ARGS)

# Hours; ARGS=fer_color/test/flash/test_loss.py takes a part.
ARGS_OF_PROOF = $(or $(ARGS),fer_color/test)
proof:
	@export FER_LEVEL=test; . scripts/env.bash && HYPOTHESIS_PROFILE=proof exec python -m pytest -n $(WORKERS) --timeout=0 -k promise $(ARGS_OF_PROOF)

lint:
	@export FER_LEVEL=test; . scripts/env.bash && scripts/check

# The whole chain of training on 512 faces, in under two minutes; ARGS="--data FERPLUS" takes real ones.
train-smoke:
	@export FER_LEVEL=train; . scripts/env.bash && exec python -m fer_training.smoke $(ARGS)

# The benchmark; ARGS=--short is CI's form, ARGS=--neighbours also installs the package fer apart and runs it. Leave the machine alone meanwhile.
bench:
	@export FER_LEVEL=train; . scripts/env.bash && exec python -m bench $(ARGS)

# Damaged bytes against everything of ours that reads them; ARGS="--seconds 600 palette" looks longer at one reader. atheris, which goes
# by the branches that an input takes, comes into an environment of its own; where there is none, hypothesis draws.
fuzz:
	@export FER_LEVEL=test; . scripts/env.bash && exec python -m fuzz $(ARGS)

# Small faults, one at a time, in what promises something; ARGS=budget takes one part. mutmut comes into an environment of its own.
mutation:
	@export FER_LEVEL=test; . scripts/env.bash && exec python -m mutation $(ARGS)

# Lines and branches that each package's own tests take, with a floor; ARGS=fer_color takes one.
coverage:
	@export FER_LEVEL=test; . scripts/env.bash && exec python -m scripts.branches $(ARGS)

# An hour of a looped clip and bag with faults by a seeded schedule; ARGS="--seconds 300 --seed 7" is shorter and another one.
soak:
	@export FER_LEVEL=evaluate; . scripts/env.bash && exec python -m faults $(ARGS)

# Tries again to have YuNet's weights (FER_YUNET names a file) and the sample clip.
fetch:
	@rm -f .venv/fer/tried-*
	@$(PYTHON) scripts/setup run

clean:
	rm -rf .venv build install log

# The documentation as a site; MkDocs is installed apart.
site:
	@$(PYTHON) scripts/site_pages.py
