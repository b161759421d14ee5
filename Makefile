# dorc: `make help` lists what there is. The first build takes a few minutes
# (it compiles the cloud SDKs and the Pulumi engine once); later ones seconds.

SHELL := /bin/bash
.DEFAULT_GOAL := help
export GOFLAGS ?= -buildvcs=false

# Variables of the commands below, as in: make infra/apply instance=infra env=prod
# They reach dorc as quoted arguments, never as shell text.
DORC := bin/dorc
STACK_ARGS := "$$instance" $${layer:+--layer "$$layer"} $${env:+--env "$$env"} $(ARGS)
need-instance = @test -n "$$instance" || { echo 'Say which one: make $@ instance=universal, or instance=infra env=prod, or layer=<layer> instance=<pipeline> env=<env>' >&2; exit 2; }

SOURCES := $(shell find cmd pkg universal infra pipelines -name '*.go' -not -name '*_test.go') \
	$(shell find pkg schema -type f -not -name '*.go' -not -path '*/testdata/*') go.mod go.sum

##@ Build

$(DORC): $(SOURCES) scripts/build.sh
	@scripts/build.sh $@

.PHONY: build
build: $(DORC) ## Build bin/dorc

##@ Environments and pipelines

.PHONY: infra/init
infra/init: $(DORC) ## Check the settings, the state and the target: make infra/init
	@$(DORC) init $(ARGS)

.PHONY: infra/plan infra/apply infra/destroy infra/refresh infra/outputs
infra/plan: $(DORC) ## Show what apply would change: make infra/plan instance=infra env=prod
	$(need-instance)
	@$(DORC) plan $(STACK_ARGS)
infra/apply: $(DORC) ## Create and change: make infra/apply instance=infra env=prod
	$(need-instance)
	@$(DORC) apply $(STACK_ARGS)
infra/destroy: $(DORC) ## Delete: make infra/destroy instance=infra env=prod
	$(need-instance)
	@$(DORC) destroy $(STACK_ARGS)
infra/refresh: $(DORC) ## Read what really exists into the state
	$(need-instance)
	@$(DORC) refresh $(STACK_ARGS)
infra/outputs: $(DORC) ## Print a stack's outputs
	$(need-instance)
	@$(DORC) outputs $(STACK_ARGS)

.PHONY: pipeline/run pipeline/logs
pipeline/run: $(DORC) ## Run a pipeline on the local target: make pipeline/run layer=raw-to-processed instance=weather env=prod
	$(need-instance)
	@$(DORC) run $(STACK_ARGS)
pipeline/logs: $(DORC) ## Show the last run of a pipeline
	$(need-instance)
	@$(DORC) logs $(STACK_ARGS)

# The local Airflow of an environment; on http://localhost:8082.
.PHONY: airflow/up airflow/down airflow/logs airflow/exec airflow/restart
airflow/up: $(DORC) ## Start a local Airflow with the DAGs of an environment: make airflow/up env=dev; in containers: ARGS=--docker
	@$(DORC) airflow up $${env:+--env "$$env"} $(ARGS)
airflow/down: $(DORC) ## End it
	@$(DORC) airflow down $${env:+--env "$$env"} $(ARGS)
airflow/logs: $(DORC) ## Show what it says: make airflow/logs env=dev ARGS=--follow
	@$(DORC) airflow logs $${env:+--env "$$env"} $(ARGS)
airflow/exec: $(DORC) ## A shell beside it: make airflow/exec env=dev
	@$(DORC) airflow exec $${env:+--env "$$env"} $(ARGS)
airflow/restart: $(DORC) ## Start it anew
	@$(DORC) airflow restart $${env:+--env "$$env"} $(ARGS)

# An image command is about all functions, or those of one pipeline or layer, or of one name.
IMAGE_ARGS := $${instance:+"$$instance"} $${layer:+--layer "$$layer"} $${function:+--function "$$function"} $(ARGS)

.PHONY: image/build image/push image/ls image/inspect image/lock
image/build: $(DORC) ## Build images, pushed nowhere: make image/build layer=raw-to-processed instance=weather function=clean
	@$(DORC) image build $(IMAGE_ARGS)
image/push: $(DORC) ## Push the images that the repositories lack: make image/push env=prod
	@$(DORC) image push $${env:+--env "$$env"} $(IMAGE_ARGS)
image/ls: $(DORC) ## List which images are pushed: make image/ls env=prod
	@$(DORC) image ls $${env:+--env "$$env"} $(IMAGE_ARGS)
image/inspect: $(DORC) ## Show what is in images: make image/inspect env=prod function=clean
	@$(DORC) image inspect $${env:+--env "$$env"} $(IMAGE_ARGS)
image/lock: $(DORC) ## Lock the base image to what it is today
	@$(DORC) image lock $(ARGS)

.PHONY: create/pipeline
create/pipeline: $(DORC) ## Write a new pipeline; asks for what is not given: layer, instance, description, function
	@$(DORC) new pipeline $${instance:+"$$instance"} $${layer:+--layer "$$layer"} $${env:+--env "$$env"} \
		$${description:+--description "$$description"} $${function:+--function "$$function"} $(ARGS)

.PHONY: validate stacks
validate: $(DORC) ## Check the whole config repo without changing anything
	@$(DORC) validate $(ARGS)
stacks: $(DORC) ## List the stacks
	@$(DORC) stacks $(ARGS)

##@ The Dataflow launcher's names (each prints the dorc command that it stands for)

.PHONY: run_workflow run_local build_dataflow build_workflow trigger_workflow sync_config_to_storage
run_workflow: $(DORC) ## Run a pipeline: make run_workflow env=prod config=src/<layer>/<pipeline>/config.json
	@scripts/launcher.sh $@ $(ARGS)
run_local: $(DORC) ## The same on the local target, with Beam's DirectRunner
	@scripts/launcher.sh $@ $(ARGS)
build_dataflow: $(DORC) ## Apply a pipeline, or all of an environment: image and template
	@scripts/launcher.sh $@ $(ARGS)
build_workflow: $(DORC) ## The same: the workflow
	@scripts/launcher.sh $@ $(ARGS)
trigger_workflow: $(DORC) ## The same: the schedule is created, changed or deleted
	@scripts/launcher.sh $@ $(ARGS)
sync_config_to_storage: $(DORC) ## The same: the configs in the bucket
	@scripts/launcher.sh $@ $(ARGS)

##@ DOP's names (each prints the dorc command that it stands for)

.PHONY: build-artifact deploy
build-artifact: $(DORC) ## Compile all DAGs and store them under an id
	@scripts/artifact.sh $@ $(ARGS)
deploy: $(DORC) ## Deploy an artifact, or go back to one: make deploy DOP_ARTIFACT_ID=<id> env=prod
	@scripts/artifact.sh $@ $(ARGS)

##@ Development

.PHONY: test
test: ## Run every test; does all of its own set-up
	@scripts/test.sh

.PHONY: lint
lint: ## gofmt, go vet, staticcheck, govulncheck
	@scripts/lint.sh

.PHONY: bench
bench: $(DORC) ## Measure and print the tables of docs/benchmarks.md
	@bench/run.sh

.PHONY: soak
soak: $(DORC) ## Kill apply and destroy at random moments, 200 rounds
	@scripts/soak.sh

.PHONY: clean
clean: ## Remove bin/; the local cloud in .dorc/ stays
	@rm -rf bin

.PHONY: help
help: ## This text
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z_\/-]+:.*## / {printf "  %-22s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
