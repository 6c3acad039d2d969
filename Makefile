# Everything that people type. `make` alone says what there is.
MAKEFLAGS += --no-print-directory
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test test-all build up down user status lint format fuzz bench setup

# Variables of the command line reach the scripts through the environment, so that no quote in them can do harm.
export NAME GROUP ALL PART SECONDS_EACH

setup := tests/cluster/setup
run := build/run

help: ## show this
	@echo 'usage: make TARGET'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-9s %s\n", $$1, $$2 }' Makefile

demo: build ## the story, told by kubectl and its plugin on a control plane of its own
	@tests/e2e/demo.sh

test: setup ## every test: with ASan and UBSan, and the concurrent ones with TSan
	@tests/run asan tsan:concurrent

test-all: setup ## the full matrix: every test, optimized and with each sanitizer
	@tests/run release asan tsan

build: setup ## build/bin/guildhall-operator and build/bin/kubectl-guildhall, optimized
	@$(setup)/build release guildhall-operator kubectl-guildhall
	@mkdir -p build/bin
	@for program in guildhall-operator kubectl-guildhall; do ln -sfn "../release/bin/$$program" "build/bin/$$program"; done
	@ln -sfn kubectl-guildhall build/bin/kubectl_complete-guildhall

up: build ## a control plane with Guildhall on it; build/run/env and build/run/kubeconfig lead there
	@tests/cluster/guildhall up $(run)
	@tests/cluster/guildhall status $(run)
	@echo 'next: . $(run)/env; kubectl apply -f examples/'

down: ## end what `up` started
	@tests/cluster/guildhall down $(run)

user: ## print a kubeconfig of a user: make user NAME=jane@acme.example [GROUP=a,b]
	@[ -n "$${NAME:-}" ] || { echo 'usage: make user NAME=jane@acme.example [GROUP=a,b]' >&2; exit 64; }
	@tests/cluster/guildhall user $(run) "$$NAME" "$${GROUP:-}"

status: ## what runs
	@tests/cluster/guildhall status $(run)

lint: setup ## format, clang-tidy on what changed (ALL=1: on all), shellcheck, rooms, generated files
	@tests/lint/run

format: setup ## clang-format every C++ file
	@git ls-files -z --cached --others --exclude-standard '*.cpp' '*.hpp' | xargs -0r clang-format-19 -i

fuzz: ## what others can send us, by chance and coverage, 60 s each (SECONDS_EACH=600: longer; PART=name: one of them)
	@$(setup)/packages
	@tests/fuzz/run

bench: build ## speed and size; PART=name for one of them
	@benchmarks/run

setup:
	@$(setup)/packages
	@$(setup)/controlplane > /dev/null
	@$(setup)/mailpit > /dev/null
	@$(setup)/victoriametrics > /dev/null
